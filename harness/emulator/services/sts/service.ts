import { AwsError } from '../../../core/errors.ts';
import { queryCodec } from '../../http/codecs/query.ts';
import { ServiceModel } from '../../http/model/service-model.ts';
import { createPipelineService } from '../../http/pipeline.ts';
import type { Service } from '../../http/wire.ts';
import table from '../../models/sts.json' with { type: 'json' };
import { createAccessControl } from '../access-control.ts';
import type { ServiceEnvironment } from '../ports.ts';
import type { OidcKeys, StsRoles } from './context.ts';
import { operations } from './operations/index.ts';

/** STS: who calls, and credentials of a role. */
export function createStsService(
  env: ServiceEnvironment,
  { roles, oidcKeys = () => [] }: { roles: StsRoles; oidcKeys?: OidcKeys | undefined },
): Service {
  return createPipelineService({
    name: 'sts',
    model: new ServiceModel(table, {
      // AWS refuses a malformed ARN with a sentence of its own, after it validated the session name.
      arnType: { min: null, max: null, pattern: null },
    }),
    codecs: [queryCodec({ xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/' })],
    operations,
    context: { env, roles, oidcKeys },
    access: createAccessControl({ sessions: roles, permissions: roles }, { kind: 'query' }),
    errors: {
      validation: (message) => new AwsError('ValidationError', message),
      denied: (message) => new AwsError('AccessDenied', message, 403),
      internal: () => new AwsError('InternalFailure', 'An internal error has occurred.', 500),
      notServed: (operation) => new AwsError('InvalidAction', `${operation} is not served by cosmicai.`, 501),
    },
    maxBodyBytes: 1024 * 1024,
    log: env.warn,
    // Sessions lie in IAM's state, of whatever account.
    state: {
      isSynced: false,
      synced: () => roles.synced(),
      reportFailure: (error) => env.state.reportFailure(error),
    },
  });
}
