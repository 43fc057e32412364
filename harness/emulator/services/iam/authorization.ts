/** Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html */
import type { AuthorizedCall } from '../ports.ts';
import type { GuardedInput } from '../role-guard.ts';

/** What an operation of IAM needs: named as itself, on the role or policy it names. */
export function iamCalls(
  { accountId }: { accountId: string },
  operation: string,
  { request: { query } }: GuardedInput,
): AuthorizedCall[] {
  const roleName = query.get('RoleName');
  const policyName = query.get('PolicyName');
  const policy =
    query.get('PolicyArn') ?? (policyName === null ? null : `arn:aws:iam::${accountId}:policy/${policyName}`);
  const resource = roleName === null ? policy : `arn:aws:iam::${accountId}:role/${roleName}`;
  return [{ action: `iam:${operation}`, resource: resource ?? '*' }];
}
