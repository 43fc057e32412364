/** Operations on the caller's own identity and keys. */
import type {
  GetAccessKeyInfoCommandInput,
  GetFederationTokenCommandInput,
  GetSessionTokenCommandInput,
} from '@aws-sdk/client-sts';
import { AwsError } from '../../../../core/errors.ts';
import { defineOperation } from '../../../http/operation.ts';
import { unrestricted } from '../../../http/permission.ts';
import type { StsContext } from '../context.ts';
import { accountOfKey } from '../key-account.ts';
import { credentialsShape, packedPercent, sessionPolicies } from '../session-request.ts';

const ALLOWS_NOTHING = '{"Version":"2012-10-17","Statement":[]}';
const DEFAULT_SECONDS = 43_200;

/** Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
export const getCallerIdentity = defineOperation<StsContext, object>({
  name: 'GetCallerIdentity',
  permission: unrestricted('No permissions are required: API_GetCallerIdentity'),
  handle({ env, roles }, _input, { caller }) {
    const { arn, userId } = roles.identityOf(caller.accessKeyId);
    return { Arn: arn, UserId: userId, Account: env.accountId };
  },
});

/** The account of a key that this emulator issued is its own; any other key tells its account itself. */
export const getAccessKeyInfo = defineOperation<StsContext, GetAccessKeyInfoCommandInput>({
  name: 'GetAccessKeyInfo',
  permission: ({ AccessKeyId }) => [
    { action: 'sts:GetAccessKeyInfo', resource: '*', context: { 'sts:AccessKeyId': AccessKeyId } },
  ],
  handle({ env, roles }, { AccessKeyId = '' }) {
    const isOwn = roles.resolve(AccessKeyId).kind !== 'unknown';
    const account = isOwn ? env.accountId : accountOfKey(AccessKeyId);
    if (account === undefined) throw new AwsError('ValidationError', 'Access key ID is not valid.');
    return { Account: account };
  },
});

/** Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html */
export const getSessionToken = defineOperation<StsContext, GetSessionTokenCommandInput>({
  name: 'GetSessionToken',
  permission: unrestricted('No permissions are required: API_GetSessionToken'),
  handle({ roles }, { DurationSeconds = DEFAULT_SECONDS }, { caller }) {
    refuseSessions(roles, 'GetSessionToken', caller.accessKeyId);
    return { Credentials: credentialsShape(roles.issueOwnCredentials(caller.accessKeyId, DurationSeconds)) };
  },
});

/** Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html */
export const getFederationToken = defineOperation<StsContext, GetFederationTokenCommandInput>({
  name: 'GetFederationToken',
  permission: ({ Name = '*' }, { env }) => [
    { action: 'sts:GetFederationToken', resource: `arn:aws:sts::${env.accountId}:federated-user/${Name}` },
  ],
  handle({ env, roles }, input, { caller }) {
    refuseSessions(roles, 'GetFederationToken', caller.accessKeyId);
    const policies = sessionPolicies(roles, input);
    const percent = packedPercent(input);
    const arn = `arn:aws:sts::${env.accountId}:federated-user/${input.Name}`;
    const userId = `${env.accountId}:${input.Name}`;
    const seconds = input.DurationSeconds ?? DEFAULT_SECONDS;
    const credentials = roles.issueOwnCredentials(caller.accessKeyId, seconds, {
      // Without a policy a federated user may do nothing.
      policies: policies.length > 0 ? policies : [ALLOWS_NOTHING],
      identity: { arn, userId },
    });
    return {
      Credentials: credentialsShape(credentials),
      FederatedUser: { Arn: arn, FederatedUserId: userId },
      PackedPolicySize: percent,
    };
  },
});

function refuseSessions(roles: StsContext['roles'], operation: string, accessKeyId: string): void {
  if (!roles.identityOf(accessKeyId).arn.includes(':assumed-role/')) return;
  throw new AwsError('AccessDenied', `Cannot call ${operation} with session credentials`, 403);
}
