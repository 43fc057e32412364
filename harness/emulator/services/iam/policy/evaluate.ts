/**
 * Decides whether policies allow a call: an explicit deny wins, then any allow; what nothing allows is denied.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
import { conditionHolds, lookUp, type RequestContext } from './conditions.ts';
import type { PolicyStatement } from './policy-document.ts';
import { matchesWildcard } from './wildcard.ts';

export interface AccessRequest {
  /** `s3:GetObject` */
  action: string;
  /** ARN, or `*` for calls that concern no resource. */
  resource: string;
  context?: RequestContext | undefined;
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

/**
 * `${aws:PrincipalAccount}` and the like, with `${key, 'default'}`; a variable without a value matches nothing.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
function fillVariables(pattern: string, context: RequestContext): string {
  if (!pattern.includes('${')) return pattern;
  return pattern.replace(/\$\{([^}]+)\}/g, (_whole, variable: string) => {
    if (variable === '*' || variable === '?' || variable === '$') return variable;
    const comma = variable.indexOf(',');
    const [value, ...more] = lookUp(context, (comma < 0 ? variable : variable.slice(0, comma)).trim()) ?? [];
    if (value !== undefined && more.length === 0) return value;
    const quoted = comma < 0 ? undefined : /^\s*'(.*)'\s*$/s.exec(variable.slice(comma + 1));
    return quoted?.[1] ?? '\0';
  });
}

/** What denied a call, or rather did not allow it. */
export type DeniedBy =
  | 'identity-based policy'
  | 'permissions boundary'
  | 'session policy'
  | 'resource-based policy';

/**
 * AWS's text for a call that was denied. S3 puts the resource in quotes and leaves `*` out.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
export function deniedMessage(
  principalArn: string,
  { action, resource }: AccessRequest,
  decision: Decision,
  by: DeniedBy = 'identity-based policy',
): string {
  const article = by === 'identity-based policy' ? 'an' : 'a';
  const why =
    decision === 'explicitDeny'
      ? `with an explicit deny in ${article} ${by}`
      : `because no ${by} allows the ${action} action`;
  const isS3 = action.startsWith('s3:');
  const on = isS3 ? (resource === '*' ? '' : ` on resource: "${resource}"`) : ` on resource: ${resource}`;
  return `User: ${principalArn} is not authorized to perform: ${action}${on} ${why}`;
}
