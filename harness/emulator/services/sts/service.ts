import { awsQueryService } from '../../http/protocols/aws-query.ts';
import type { Service } from '../../http/wire.ts';
import type { ServiceEnvironment } from '../ports.ts';
import { accessDenied, roleGuard } from '../role-guard.ts';
import type { StsRoles } from './context.ts';
import { operations } from './operations/index.ts';

/** STS: who calls, and credentials of a role. */
export function createStsService(env: ServiceEnvironment, doors: { roles: StsRoles }): Service {
  return awsQueryService({
    name: 'sts',
    operations,
    context: { env, roles: doors.roles },
    guard: roleGuard(
      { sessions: doors.roles, permissions: doors.roles },
      // Everybody may ask who he is; AssumeRole asks for itself, as the role's trust policy has its say.
      { callsOf: () => [], refused: accessDenied },
    ),
  });
}
