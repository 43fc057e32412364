/**
 * Global condition keys of a call. Pure.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
import type { Principal } from '../store/entities.ts';
import type { Session } from '../store/sessions.ts';
import type { RequestContext } from './conditions.ts';

export interface CallingIdentity {
  accountId: string;
  region: string;
  /** The role or user whose policies decide; undefined for the root user. */
  principalArn: string | undefined;
  /** The identity that signs: a user's, a session's, the root user's. */
  arn: string;
  /** The entity of `principalArn`; undefined when it is gone. */
  principal: Principal | undefined;
  /** Of temporary credentials. */
  session: Session | undefined;
}

/** Keys of the network and the time. Calls that a service makes with a role come from no address of the client's. */
export const networkContext = (nowMs: number, sourceIp?: string): RequestContext => ({
  'aws:CurrentTime': new Date(nowMs).toISOString(),
  'aws:EpochTime': String(Math.floor(nowMs / 1000)),
  // Loopback needs no TLS, but policies that insist on it must hold here as they will on AWS.
  'aws:SecureTransport': 'true',
  'aws:SourceIp': sourceIp,
  'aws:ViaAWSService': 'false',
});

/** Keys of the caller. */
export function principalContext(identity: CallingIdentity): RequestContext {
  const { accountId, region, principalArn, arn, principal, session } = identity;
  const tags = { ...principal?.tags, ...session?.tags };
  const type = typeOf(identity);
  const name = arn.slice(arn.lastIndexOf('/') + 1);
  return {
    ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:PrincipalTag/${key}`, value])),
    'aws:PrincipalArn': type === 'FederatedUser' ? arn : (principalArn ?? arn),
    'aws:PrincipalAccount': accountId,
    'aws:PrincipalType': type,
    'aws:PrincipalIsAWSService': 'false',
    'aws:username': type === 'User' ? principal?.name : undefined,
    'aws:userid': userIdOf(type, identity, name),
    'aws:ResourceAccount': accountId,
    'aws:RequestedRegion': region,
    // AWS has these of temporary credentials alone.
    ...(session
      ? {
          'aws:MultiFactorAuthPresent': 'false',
          'aws:TokenIssueTime': new Date(session.issuedMs).toISOString(),
        }
      : {}),
  };
}

type PrincipalType = 'Account' | 'User' | 'AssumedRole' | 'FederatedUser';

function typeOf({ principalArn, arn }: CallingIdentity): PrincipalType {
  if (arn.includes(':federated-user/')) return 'FederatedUser';
  if (principalArn === undefined) return 'Account';
  return principalArn === arn ? 'User' : 'AssumedRole';
}

function userIdOf(
  type: PrincipalType,
  { principal, accountId }: CallingIdentity,
  name: string,
): string | undefined {
  if (type === 'FederatedUser') return `${accountId}:${name}`;
  if (type === 'Account') return accountId;
  return principal && type === 'AssumedRole' ? `${principal.id}:${name}` : principal?.id;
}
