/** Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html */
import type { AuthorizedCall } from '../ports.ts';
import type { GuardedInput } from '../role-guard.ts';
import type { IamContext } from './context.ts';
import { serviceLinkedName, serviceLinkedPath } from './service-linked-roles.ts';

/** Operations on the account's entities as a whole. */
const ON_EVERYTHING = new Set([
  'CreateAccountAlias',
  'DeleteAccountAlias',
  'DeleteAccountPasswordPolicy',
  'GetAccountAuthorizationDetails',
  'GetAccountPasswordPolicy',
  'GetAccountSummary',
  'ListAccountAliases',
  'ListGroups',
  'ListInstanceProfiles',
  'ListPolicies',
  'ListRoles',
  'ListUsers',
  'UpdateAccountPasswordPolicy',
]);

/** What an operation of IAM needs: named as itself, on the role, user or policy it names. */
export function iamCalls(
  context: IamContext,
  operation: string,
  { request: { query, caller } }: GuardedInput,
): AuthorizedCall[] {
  const action = `iam:${operation}`;
  if (ON_EVERYTHING.has(operation)) return [{ action, resource: '*' }];
  const policyArn = query.get('PolicyArn');
  const boundary = query.get('PermissionsBoundary');
  const conditions = {
    ...(policyArn === null ? {} : { 'iam:PolicyARN': policyArn }),
    ...(boundary === null ? {} : { 'iam:PermissionsBoundary': boundary }),
  };
  return [
    { action, resource: resourceOf(context, operation, query, caller.accessKeyId), context: conditions },
  ];
}

function resourceOf(
  { env, store, sessions }: IamContext,
  operation: string,
  query: URLSearchParams,
  accessKeyId: string,
): string {
  const path = query.get('Path') ?? '/';
  const own = (kind: string, name: string) => `arn:aws:iam::${env.accountId}:${kind}${path}${name}`;
  const profileName = query.get('InstanceProfileName');
  if (profileName !== null) {
    return store.instanceProfiles.get(profileName)?.arn ?? own('instance-profile', profileName);
  }
  const groupName = query.get('GroupName');
  if (groupName !== null) return store.groups.get(groupName)?.arn ?? own('group', groupName);
  const service = query.get('AWSServiceName');
  if (service !== null) {
    const name = serviceLinkedName(service, query.get('CustomSuffix') ?? undefined);
    return `arn:aws:iam::${env.accountId}:role${serviceLinkedPath(service)}${name}`;
  }
  const roleName = query.get('RoleName');
  if (roleName !== null) return store.roles.get(roleName)?.arn ?? own('role', roleName);
  const userName = query.get('UserName');
  if (userName !== null) return store.users.get(userName)?.arn ?? own('user', userName);
  const policyArn = query.get('PolicyArn');
  if (policyArn !== null) return policyArn;
  const policyName = query.get('PolicyName');
  if (policyName !== null) return own('policy', policyName);
  // Keys and the like without a name are the caller's own.
  return /User|AccessKey/.test(operation) ? sessions.identityOf(accessKeyId).arn : '*';
}
