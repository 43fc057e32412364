import { awsQueryService } from '../../http/protocols/aws-query.ts';
import type { Service } from '../../http/wire.ts';
import type { RolesPort, ServiceEnvironment } from '../ports.ts';
import { operations } from './operations/index.ts';

/** IAM: roles and policies, kept and returned. */
export function createIamService(env: ServiceEnvironment): Service & RolesPort {
  const service = awsQueryService({ name: 'iam', operations, context: { env } });
  return { ...service, hasRole: () => false };
}
