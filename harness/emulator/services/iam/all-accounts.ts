/**
 * IAM of every account as one: what an access key or a role's ARN names is asked of the account that it belongs to,
 * everything else of the account of the caller.
 */
import type { CallingPrincipal } from '../ports.ts';
import type { IamService } from './service.ts';

export interface OpenAccounts {
  /** IAM of the account that the service at hand belongs to. */
  own: IamService;
  /** IAM of an account, when it is open. */
  find(accountId: string): IamService | undefined;
  /** All that are open, the default account first. */
  all(): Iterable<readonly [accountId: string, iam: IamService]>;
}

/** The account of an access key: twelve digits name it themselves, other keys belong to the account that issued them. */
export function accountOfAccessKey(
  accessKeyId: string,
  accounts: Pick<OpenAccounts, 'all'>,
): string | undefined {
  if (/^\d{12}$/.test(accessKeyId)) return accessKeyId;
  for (const [accountId, iam] of accounts.all())
    if (iam.resolve(accessKeyId).kind !== 'unknown') return accountId;
  return undefined;
}

export function iamOfAllAccounts(accounts: OpenAccounts): IamService {
  const { own } = accounts;
  const ofAccount = (accountId: string | undefined) =>
    (accountId === undefined ? undefined : accounts.find(accountId)) ?? own;
  const ofKey = (accessKeyId: string) => ofAccount(accountOfAccessKey(accessKeyId, accounts));
  const ofArn = (arn: string) => ofAccount(arn.split(':')[4]);
  const ofCaller = (caller: CallingPrincipal) =>
    'accessKeyId' in caller ? ofKey(caller.accessKeyId) : ofArn(caller.roleArn);
  return {
    ...own,
    hasRole: (roleArn) => ofArn(roleArn).hasRole(roleArn),
    maxSessionSeconds: (roleArn) => ofArn(roleArn).maxSessionSeconds(roleArn),
    policyDocument: (arn) => ofArn(arn).policyDocument(arn),
    oidcProviderOf: (roleArn, issuer) => ofArn(roleArn).oidcProviderOf(roleArn, issuer),
    issueCredentials: (roleArn, ...more) => ofArn(roleArn).issueCredentials(roleArn, ...more),
    issueOwnCredentials: (id, ...more) => ofKey(id).issueOwnCredentials(id, ...more),
    synced: async () => {
      for (const [, iam] of accounts.all()) await iam.synced();
    },
    inheritedTags: (id) => ofKey(id).inheritedTags(id),
    resolve: (id) => ofKey(id).resolve(id),
    identityOf: (id) => ofKey(id).identityOf(id),
    noteUse: (by) => ofKey(by.accessKeyId).noteUse?.(by),
    revoke: (id) => ofKey(id).revoke(id),
    refusal: (caller, ...more) => ofCaller(caller).refusal(caller, ...more),
    trustsDirectly: (roleArn, by) => ofArn(roleArn).trustsDirectly(roleArn, by),
    refusesTrust: (roleArn, by) => ofArn(roleArn).refusesTrust(roleArn, by),
    leastPolicyOf: (roleArn) => ofArn(roleArn).leastPolicyOf(roleArn),
  };
}
