import { alphanumeric } from '../../../core/ids.ts';
import { awsQueryService } from '../../http/protocols/aws-query.ts';
import type { Service } from '../../http/wire.ts';
import type { RolesPort, ServiceEnvironment, SessionsPort } from '../ports.ts';
import { operations } from './operations/index.ts';
import { IamStore } from './store/iam-store.ts';
import { Sessions } from './store/sessions.ts';

export interface IamService extends Service, RolesPort, SessionsPort {}

/** IAM: roles and policies, kept and returned, and the sessions of roles. */
export function createIamService(env: ServiceEnvironment): IamService {
  const store = new IamStore(env.stateDir, env.log);
  const service = awsQueryService({ name: 'iam', operations, context: { env, store } });
  const roleOf = (roleArn: string) => [...store.roles.values()].find((role) => role.arn === roleArn);
  const sessions = new Sessions({
    clock: env.clock,
    random: env.random.fork('sessions'),
    accountId: env.accountId,
    roleId: (roleArn) => roleOf(roleArn)?.id ?? `AROA${alphanumeric(env.random, 17)}`,
  });
  return {
    ...service,
    hasRole: (roleArn) => roleOf(roleArn) !== undefined,
    issueCredentials: (roleArn, name, seconds) => sessions.issueCredentials(roleArn, name, seconds),
    identityOf: (accessKeyId) => sessions.identityOf(accessKeyId),
    revoke: (accessKeyId) => sessions.revoke(accessKeyId),
  };
}
