import { alphanumeric } from '../../../core/ids.ts';
import { awsQueryService } from '../../http/protocols/aws-query.ts';
import type { Service } from '../../http/wire.ts';
import type { PermissionsPort, RolesPort, ServiceEnvironment, SessionsPort } from '../ports.ts';
import { accessDenied, roleGuard } from '../role-guard.ts';
import { iamCalls } from './authorization.ts';
import { operations } from './operations/index.ts';
import { type PolicyEnforcement, PolicyGate } from './policy/gate.ts';
import type { LeastPolicy } from './policy/least-policy.ts';
import { IamStore } from './store/iam-store.ts';
import { Sessions } from './store/sessions.ts';

export interface IamOptions {
  /** What policies do to the calls of roles; `off` by default. */
  policies?: PolicyEnforcement;
}

export interface IamService extends Service, RolesPort, SessionsPort, PermissionsPort {
  /** The least policy of every role that has called something, by the role's ARN. */
  leastPolicies(): { [roleArn: string]: LeastPolicy };
}

/** IAM: roles and policies, the sessions of roles, and what they may do. */
export function createIamService(env: ServiceEnvironment, options: IamOptions = {}): IamService {
  const store = new IamStore(env.stateDir, env.log);
  const sessions = new Sessions({
    clock: env.clock,
    random: env.random.fork('sessions'),
    accountId: env.accountId,
    roleId: (roleArn) => store.roleByArn(roleArn)?.id ?? `AROA${alphanumeric(env.random, 17)}`,
  });
  const gate = new PolicyGate(options.policies ?? 'off', { env, store, sessions });
  const service = awsQueryService({
    name: 'iam',
    operations,
    context: { env, store },
    guard: roleGuard(
      { sessions, permissions: gate },
      { callsOf: (operation, input) => iamCalls(env, operation, input), refused: accessDenied },
    ),
  });
  return {
    ...service,
    hasRole: (roleArn) => store.roleByArn(roleArn) !== undefined,
    issueCredentials: (roleArn, name, seconds) => sessions.issueCredentials(roleArn, name, seconds),
    identityOf: (accessKeyId) => sessions.identityOf(accessKeyId),
    secretOf: (accessKeyId) => sessions.secretOf(accessKeyId),
    revoke: (accessKeyId) => sessions.revoke(accessKeyId),
    refusal: (caller, call) => gate.refusal(caller, call),
    isEnforced: gate.isEnforced,
    refusesTrust: (roleArn, by) => gate.refusesTrust(roleArn, by),
    leastPolicies: () => gate.leastPolicies(),
    leastPolicyOf: (roleArn) => gate.leastPolicyOf(roleArn),
  };
}
