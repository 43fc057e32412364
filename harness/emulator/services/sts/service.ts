import { awsQueryService } from '../../http/protocols/aws-query.ts';
import type { Service } from '../../http/wire.ts';
import type { RolesPort, ServiceEnvironment, SessionsPort } from '../ports.ts';
import { operations } from './operations/index.ts';

/** STS: who calls, and credentials of a role. */
export function createStsService(
  env: ServiceEnvironment,
  doors: { roles: RolesPort & SessionsPort },
): Service {
  return awsQueryService({ name: 'sts', operations, context: { env, roles: doors.roles } });
}
