import { awsJsonService } from '../../http/protocols/aws-json.ts';
import type { Service } from '../../http/wire.ts';
import type { FunctionsPort, LogsPort, ServiceEnvironment } from '../ports.ts';
import { accessDeniedException, type GuardDoors, roleGuard } from '../role-guard.ts';
import { logsCalls } from './authorization.ts';
import type { LogsContext } from './context.ts';
import { type DeliveryDoors, deliverMetrics, deliverToSubscribers } from './deliver.ts';
import type { ExportObjects } from './export-tasks.ts';
import { QueryStore } from './insights/query-store.ts';
import { operations } from './operations/index.ts';
import { AccountStore } from './store/account-store.ts';
import { LogStore } from './store/log-store.ts';

export interface LogsService extends Service, LogsPort {
  /** Subscription filters send events to functions from now on. */
  connectFunctions(functions: Pick<FunctionsPort, 'invoke'>): void;
  /** Events can be exported to buckets from now on. */
  connectObjects(objects: ExportObjects): void;
}

/** CloudWatch Logs: groups, streams and events in files under the state folder. */
export function createLogsService(
  env: ServiceEnvironment,
  neighbours: Pick<DeliveryDoors, 'metrics'> = {},
  doors?: GuardDoors,
): LogsService {
  const store = new LogStore(env.stateDir, env.warn);
  const account = new AccountStore(env.stateDir, env.warn);
  const doorsOfLambda: Pick<DeliveryDoors, 'functions'> = {};
  const followers: LogsContext['followers'] = new Set();
  const ingest: LogsContext['ingest'] = (group, stream, events) => {
    const subscribed = (group.settings.subscriptionFilters ?? []).length > 0;
    const firstOffset = subscribed ? group.storedBytes : 0;
    group.append(stream, events, env.clock.nowMs());
    for (const follower of followers) follower.take(group.settings.logGroupName, stream.name, events);
    if (neighbours.metrics) deliverMetrics(neighbours.metrics, group.settings, events);
    if (subscribed && doorsOfLambda.functions) {
      deliverToSubscribers(doorsOfLambda.functions, env, { group, stream, events, firstOffset });
    }
  };
  let objects: ExportObjects | undefined;
  const context: LogsContext = {
    env,
    store,
    account,
    ingest,
    queries: new QueryStore(),
    followers,
    get objects() {
      return objects;
    },
  };
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
    async stop() {
      for (const follower of followers) follower.end();
      store.close();
    },
  });
  return {
    ...service,
    connectFunctions(functions) {
      doorsOfLambda.functions = functions;
    },
    connectObjects(given) {
      objects = given;
    },
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
