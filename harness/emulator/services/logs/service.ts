import { awsJsonService } from '../../http/protocols/aws-json.ts';
import type { Service } from '../../http/wire.ts';
import type { LogsPort, ServiceEnvironment } from '../ports.ts';
import { operations } from './operations/index.ts';

export interface LogsService extends Service, LogsPort {}

/** CloudWatch Logs: groups, streams and events in files under the state folder. */
export function createLogsService(env: ServiceEnvironment): LogsService {
  const service = awsJsonService({
    name: 'logs',
    targetPrefix: 'Logs_20140328',
    jsonVersion: '1.1',
    operations,
    context: { env },
  });
  return { ...service, append: () => {} };
}
