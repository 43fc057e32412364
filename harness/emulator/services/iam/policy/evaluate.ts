/**
 * Decides whether policies allow a call: an explicit deny wins, then any allow; what nothing allows is denied.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
import { conditionHolds, type RequestContext } from './conditions.ts';
import type { PolicyStatement } from './policy-document.ts';
import { matchesWildcard } from './wildcard.ts';

export interface AccessRequest {
  /** `s3:GetObject` */
  action: string;
  /** ARN, or `*` for calls that concern no resource. */
  resource: string;
  context?: RequestContext;
}

export type Decision = 'allowed' | 'explicitDeny' | 'implicitDeny';

/** The decision of identity-based policies. */
export function evaluate(statements: readonly PolicyStatement[], request: AccessRequest): Decision {
  const applying = statements.filter((statement) => applies(statement, request));
  if (applying.some((statement) => statement.effect === 'Deny')) return 'explicitDeny';
  return applying.length > 0 ? 'allowed' : 'implicitDeny';
}

function applies(statement: PolicyStatement, { action, resource, context = {} }: AccessRequest): boolean {
  const lowerAction = action.toLowerCase();
  const hasAction = statement.actions.some((pattern) => matchesWildcard(pattern.toLowerCase(), lowerAction));
  if (hasAction === statement.notActions) return false;
  const hasResource = statement.resources.some((pattern) => matchesResource(pattern, resource, context));
  if (hasResource === statement.notResources) return false;
  return statement.conditions.every((condition) =>
    conditionHolds(
      { ...condition, values: condition.values.map((value) => fillVariables(value, context)) },
      context,
    ),
  );
}

function matchesResource(pattern: string, resource: string, context: RequestContext): boolean {
  return matchesWildcard(fillVariables(pattern, context), resource);
}

/** `${aws:PrincipalAccount}` and the like; a variable without a value matches nothing. */
function fillVariables(pattern: string, context: RequestContext): string {
  if (!pattern.includes('${')) return pattern;
  return pattern.replace(/\$\{([^}]+)\}/g, (_whole, name: string) => {
    if (name === '*' || name === '?' || name === '$') return name;
    const value = context[name.split(',')[0]!.trim()];
    return typeof value === 'string' ? value : '\0';
  });
}

/** AWS's text for a call that was denied. */
export function deniedMessage(principalArn: string, request: AccessRequest, decision: Decision): string {
  const why =
    decision === 'explicitDeny'
      ? 'with an explicit deny in an identity-based policy'
      : `because no identity-based policy allows the ${request.action} action`;
  return `User: ${principalArn} is not authorized to perform: ${request.action} on resource: ${request.resource} ${why}`;
}
