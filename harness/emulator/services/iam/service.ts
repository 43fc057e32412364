import { alphanumeric } from '../../../core/ids.ts';
import { awsQueryService } from '../../http/protocols/aws-query.ts';
import type { Service } from '../../http/wire.ts';
import type { ServiceEnvironment } from '../ports.ts';
import { accessDenied, roleGuard } from '../role-guard.ts';
import type { StsRoles } from '../sts/context.ts';
import { iamCalls } from './authorization.ts';
import { operations } from './operations/index.ts';
import { checkIdentityPolicy } from './policy/check-document.ts';
import { type PolicyEnforcement, PolicyGate } from './policy/gate.ts';
import type { LeastPolicy } from './policy/least-policy.ts';
import { IamStore } from './store/iam-store.ts';
import { Sessions } from './store/sessions.ts';

export interface IamOptions {
  /** What policies do to the calls of roles; `off` by default. */
  policies?: PolicyEnforcement;
  /** Signatures are verified: the keys' secrets are known to all services. */
  verifySignatures?: boolean;
}

export interface IamService extends Service, StsRoles {
  /** The least policy of every role that has called something, by the role's ARN. */
  leastPolicies(): { [roleArn: string]: LeastPolicy };
}

/** IAM: roles and policies, the sessions of roles, and what they may do. */
export function createIamService(env: ServiceEnvironment, options: IamOptions = {}): IamService {
  const store = new IamStore(env.stateDir, env.warn);
  const sessions = new Sessions({
    clock: env.clock,
    random: env.random.fork('sessions'),
    accountId: env.accountId,
    roleId: (roleArn) => store.roleByArn(roleArn)?.id ?? `AROA${alphanumeric(env.random, 17)}`,
    userOfKey: (accessKeyId) => store.userOfKey(accessKeyId),
  });
  const keyOf = options.verifySignatures ? (id: string) => sessions.keyOf(id) : undefined;
  const gate = new PolicyGate(options.policies ?? 'off', { env, store, sessions });
  const context = { env, store, sessions, deletions: new Set<string>() };
  const service = awsQueryService({
    name: 'iam',
    operations,
    context,
    guard: roleGuard(
      {
        sessions: {
          identityOf: (id) => sessions.identityOf(id),
          noteUse: (by) => sessions.noteUse(by),
          keyOf,
        },
        permissions: gate,
      },
      {
        callsOf: (operation, input) => iamCalls(context, operation, input),
        refused: accessDenied,
      },
    ),
  });
  return {
    ...service,
    hasRole: (roleArn) => store.roleByArn(roleArn) !== undefined,
    maxSessionSeconds: (roleArn) => store.roleByArn(roleArn)?.maxSessionSeconds ?? 3600,
    policyDocument: (arn) => {
      const policy = store.findPolicy(arn);
      return policy?.versions.find(({ id }) => id === policy.defaultVersionId)?.document;
    },
    checkPolicy: checkIdentityPolicy,
    issueCredentials: (roleArn, name, seconds, more) =>
      sessions.issueCredentials(roleArn, name, seconds, more),
    issueOwnCredentials: (id, seconds, federated) => sessions.issueOwnCredentials(id, seconds, federated),
    inheritedTags: (accessKeyId) => sessions.inheritedTags(accessKeyId),
    keyOf,
    identityOf: (accessKeyId) => sessions.identityOf(accessKeyId),
    noteUse: (by) => sessions.noteUse(by),
    secretOf: (accessKeyId) => sessions.secretOf(accessKeyId),
    revoke: (accessKeyId) => sessions.revoke(accessKeyId),
    isEnforced: gate.isEnforced,
    isActive: gate.isActive,
    refusal: (caller, call, granted, resource) => gate.refusal(caller, call, granted, resource),
    trustsDirectly: (roleArn, by) => gate.trustsDirectly(roleArn, by),
    refusesTrust: (roleArn, by) => gate.refusesTrust(roleArn, by),
    leastPolicies: () => gate.leastPolicies(),
    leastPolicyOf: (roleArn) => gate.leastPolicyOf(roleArn),
  };
}
