/**
 * Who may take a role: the trust policy's decision.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
import type { RequestContext } from './conditions.ts';
import { evaluate } from './evaluate.ts';
import { type PolicyStatement, type PrincipalPattern, parsePolicy } from './policy-document.ts';

/** A service (`lambda.amazonaws.com`), or a caller of an account by all ARNs that name it. */
export type TrustedPrincipal =
  | { service: string }
  /** ARN of an identity provider. */
  | { provider: string }
  | {
      accountId: string;
      arns: readonly string[];
      /** Leave out statements that name the whole account or `*`. */
      onlyByArn?: boolean;
    };

/** True when the trust policy lets `principal` assume the role that carries it. */
export function trusts(trustPolicy: string, principal: TrustedPrincipal, context: RequestContext): boolean {
  const statements = parsePolicy(trustPolicy).filter((statement) => concerns(statement, principal));
  const action = 'provider' in principal ? 'sts:AssumeRoleWithWebIdentity' : 'sts:AssumeRole';
  // A trust policy names no resource: it is the role's own.
  const own = statements.map((statement) => ({ ...statement, resources: ['*'], notResources: false }));
  return evaluate(own, { action, resource: '*', context }) === 'allowed';
}

function concerns({ principals = [], notPrincipals }: PolicyStatement, principal: TrustedPrincipal): boolean {
  return principals.some((pattern) => isNamed(pattern, principal)) !== (notPrincipals ?? false);
}

function isNamed({ type, value }: PrincipalPattern, principal: TrustedPrincipal): boolean {
  if ('service' in principal) return type === 'Service' && isService(value, principal.service);
  if ('provider' in principal) return type === 'Federated' && value === principal.provider;
  if (type !== 'AWS') return false;
  if (principal.arns.includes(value)) return true;
  if (principal.onlyByArn) return false;
  return value === '*' || namesAccount(value, principal.accountId);
}

/** True for both ways to name a whole account. */
export const namesAccount = (value: string, accountId: string): boolean =>
  value === accountId || value === `arn:aws:iam::${accountId}:root`;

/** Services are named globally or by region: `states.us-east-1.amazonaws.com`. */
function isService(named: string, service: string): boolean {
  const [prefix = ''] = service.split('.');
  return (
    named === service || (named.startsWith(`${prefix}.`) && /^[\w-]+\.[\w-]+\.amazonaws\.com$/.test(named))
  );
}
