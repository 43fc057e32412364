import { AwsError } from '../../../core/errors.ts';
import { restJsonService } from '../../http/protocols/rest-json.ts';
import type { Service } from '../../http/wire.ts';
import type { FunctionsPort, LogsPort, ObjectsPort, RolesPort, ServiceEnvironment } from '../ports.ts';
import { operations } from './operations/index.ts';

export interface LambdaOptions {
  /** Invocations that may run at the same time on this machine; the number of cores by default. */
  coreSlots?: number;
  /** An environment idle for longer is ended; 5 minutes by default. */
  idleTtlMs?: number;
}

export interface LambdaService extends Service, FunctionsPort {}

/** What Lambda needs of its neighbours. */
export interface LambdaDoors {
  logs: LogsPort;
  objects: ObjectsPort;
  roles: RolesPort;
}

/** Lambda: functions run as processes of their own behind the Runtime API. */
export function createLambdaService(
  env: ServiceEnvironment,
  _doors: LambdaDoors,
  _options: LambdaOptions,
): LambdaService {
  const service = restJsonService({ name: 'lambda', operations, context: { env } });
  return {
    ...service,
    invoke: async () => {
      throw new AwsError('ServiceException', 'not yet', 500);
    },
  };
}
