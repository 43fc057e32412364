import { awsJsonService } from '../../http/protocols/aws-json.ts';
import type { Service } from '../../http/wire.ts';
import type { LogsPort, MetricsPort, ServiceEnvironment } from '../ports.ts';
import { accessDeniedException, type GuardDoors, roleGuard } from '../role-guard.ts';
import { logsCalls } from './authorization.ts';
import type { LogsContext } from './context.ts';
import { embeddedMetrics } from './embedded-metrics.ts';
import { operations } from './operations/index.ts';
import { LogStore } from './store/log-store.ts';

export interface LogsService extends Service, LogsPort {}

/** CloudWatch Logs: groups, streams and events in files under the state folder. */
export function createLogsService(
  env: ServiceEnvironment,
  neighbours: { metrics?: MetricsPort } = {},
  doors?: GuardDoors,
): LogsService {
  const store = new LogStore(env.stateDir, env.log);
  const ingest: LogsContext['ingest'] = (group, stream, events) => {
    group.append(stream, events, env.clock.nowMs());
    neighbours.metrics?.putMetrics(events.flatMap(embeddedMetrics));
  };
  const context: LogsContext = { env, store, ingest };
  const service = awsJsonService({
    name: 'logs',
    targetPrefix: 'Logs_20140328',
    jsonVersion: '1.1',
    operations,
    context,
    ...(doors
      ? {
          guard: roleGuard(doors, {
            callsOf: (operation, { body }) => logsCalls(env, operation, body),
            refused: accessDeniedException(400),
            readsBodyOf: () => true,
          }),
        }
      : {}),
    stop: async () => store.close(),
  });
  return {
    ...service,
    hasGroup: (logGroup) => store.groups.has(logGroup),
    append(logGroup, logStream, events) {
      const nowMs = env.clock.nowMs();
      const group =
        store.groups.get(logGroup) ??
        store.create({ logGroupName: logGroup, creationTimeMs: nowMs, tags: {} });
      const stream = group.streams.get(logStream) ?? group.createStream(logStream, nowMs);
      ingest(group, stream, events);
    },
  };
}
