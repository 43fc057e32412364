/**
 * Policies that hang on a resource and say whom they mean: bucket policies. Pure.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-req-context.html,
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
import { type AccessRequest, type Decision, evaluate } from './evaluate.ts';
import { type PolicyStatement, parsePolicy } from './policy-document.ts';
import { namesAccount } from './trust-policy.ts';

/** The caller: of an account, by all ARNs that name it, one of AWS's services, or one without a signature. */
export type ResourceCaller =
  | { accountId: string; arns: readonly string[] }
  | { service: string }
  | 'anonymous';

/**
 * What a resource's policy decides on its own. A statement that names the caller's whole account allows nothing
 * by itself: it leaves the decision to the caller's own policies. It denies like any other.
 */
export function evaluateResourcePolicy(
  text: string,
  caller: ResourceCaller,
  request: AccessRequest,
): Decision {
  const statements = parsePolicy(text);
  const denying = statements.filter(
    (statement) => statement.effect === 'Deny' && names(statement, caller, true),
  );
  const allowing = statements.filter(
    (statement) => statement.effect === 'Allow' && names(statement, caller, false),
  );
  return evaluate([...denying, ...allowing], request);
}

function names(
  { principals = [], notPrincipals }: PolicyStatement,
  caller: ResourceCaller,
  byAccount: boolean,
): boolean {
  const named = principals.some(({ type, value }) => {
    if (type === 'AWS' && value === '*') return true;
    if (caller === 'anonymous') return false;
    if ('service' in caller) return type === 'Service' && value === caller.service;
    if (type !== 'AWS') return false;
    return caller.arns.includes(value) || (byAccount && namesAccount(value, caller.accountId));
  });
  return named !== (notPrincipals ?? false);
}

/** Conditions that tie a statement to certain callers. Source: the guide below, "The meaning of public". */
const FIXED_KEYS =
  /^(?:aws:(?:SourceIp|SourceArn|SourceVpc|SourceVpce|SourceOwner|SourceAccount|PrincipalArn|PrincipalAccount|PrincipalOrgID|PrincipalOrgPaths|userid)|s3:(?:x-amz-server-side-encryption-aws-kms-key-id|DataAccessPointAccount|DataAccessPointArn))$/i;

/**
 * True when a policy allows everyone: Block Public Access refuses such a policy.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
 */
export function isPublicPolicy(text: string): boolean {
  return parsePolicy(text).some(
    ({ effect, principals = [], notPrincipals, conditions }) =>
      effect === 'Allow' &&
      (notPrincipals || principals.some(({ type, value }) => type === 'AWS' && value === '*')) &&
      !conditions.some(
        ({ operator, key, values }) =>
          FIXED_KEYS.test(key) &&
          !/^(?:.*:)?(?:\w*Not\w*|Null)/.test(operator) &&
          values.every((value) => !/[*?]/.test(value)),
      ),
  );
}
