import { awsQueryService } from '../../http/protocols/aws-query.ts';
import type { Service } from '../../http/wire.ts';
import type {
  AuthorizedCall,
  PermissionsPort,
  RolesPort,
  ServiceEnvironment,
  SessionsPort,
} from '../ports.ts';
import { accessDenied, type GuardedInput, roleGuard } from '../role-guard.ts';
import { operations } from './operations/index.ts';

/** STS: who calls, and credentials of a role. */
export function createStsService(
  env: ServiceEnvironment,
  doors: { roles: RolesPort & SessionsPort & PermissionsPort },
): Service {
  return awsQueryService({
    name: 'sts',
    operations,
    context: { env, roles: doors.roles },
    guard: roleGuard(
      { sessions: doors.roles, permissions: doors.roles },
      { callsOf: stsCalls, refused: accessDenied },
    ),
  });
}

/** Everybody may ask who he is; a role needs leave to take another one. */
function stsCalls(operation: string, { request: { query } }: GuardedInput): AuthorizedCall[] {
  if (operation !== 'AssumeRole') return [];
  return [{ action: 'sts:AssumeRole', resource: query.get('RoleArn') ?? '*' }];
}
