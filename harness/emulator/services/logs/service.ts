import { AwsError } from '../../../core/errors.ts';
import { jsonCodec } from '../../http/codecs/json.ts';
import { type Adjustments, ServiceModel } from '../../http/model/service-model.ts';
import { createPipelineService } from '../../http/pipeline.ts';
import type { Service } from '../../http/wire.ts';
import table from '../../models/logs.json' with { type: 'json' };
import { Tables } from '../../state/tables.ts';
import { type AccessPorts, createAccessControl } from '../access-control.ts';
import type { FunctionsPort, LogsPort, ServiceEnvironment } from '../ports.ts';
import type { LogsContext } from './context.ts';
import { type DeliveryPorts, deliverMetrics, deliverToSubscribers } from './deliver.ts';
import { invalidDelivery } from './delivery-errors.ts';
import { invalidParameter } from './errors.ts';
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

/** No request is larger; operations have limits of their own below it. */
const MAX_REQUEST_BYTES = 8 * 1024 * 1024;

/** Recorded answers that differ from the model. */
const ADJUSTMENTS: Adjustments = {
  // Longer names are refused with a text of their own.
  LogGroupName: { max: null },
  LogStreamName: { max: null },
  // Operations on one group refuse a star themselves; for a live tail it names no group (recorded).
  LogGroupIdentifier: { pattern: null },
  // In the order of AWS's texts.
  LogGroupClass: { enum: ['STANDARD', 'INFREQUENT_ACCESS', 'DELIVERY'] },
  OutputFormat: { enum: ['w3c', 'raw', 'json', 'plain', 'parquet'] },
  MetricTransformation: {
    memberOrder: ['metricName', 'metricNamespace', 'metricValue', 'defaultValue', 'unit', 'dimensions'],
  },
};

/** CloudWatch Logs: groups, streams and events in files under the state folder. */
export function createLogsService(
  env: ServiceEnvironment,
  dependencies: Pick<DeliveryPorts, 'metrics'> = {},
  ports?: AccessPorts,
): LogsService {
  const tables = new Tables(env.state);
  const store = new LogStore(env.state, tables);
  const account = new AccountStore(tables);
  const lambda: Pick<DeliveryPorts, 'functions'> = {};
  const followers: LogsContext['followers'] = new Set();
  const ingest: LogsContext['ingest'] = (group, stream, events) => {
    const subscribed = (group.settings.subscriptionFilters ?? []).length > 0;
    const firstOffset = subscribed ? group.storedBytes : 0;
    group.append(stream, events, env.clock.nowMs());
    for (const follower of followers) follower.take(group.settings.logGroupName, stream.name, events);
    if (dependencies.metrics) deliverMetrics(dependencies.metrics, group.settings, events);
    if (subscribed && lambda.functions) {
      deliverToSubscribers(lambda.functions, env, { group, stream, events, firstOffset });
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
  const service = createPipelineService({
    name: 'logs',
    model: new ServiceModel(table, ADJUSTMENTS),
    codecs: [jsonCodec({ targetPrefix: 'Logs_20140328', version: '1.1', plainOutputs: true })],
    operations,
    context,
    access: createAccessControl(ports, { kind: 'json', status: 400 }),
    errors: {
      validation: (message, _violations, operation) =>
        operation.includes('Delivery') || operation.includes('Deliveries')
          ? invalidDelivery(message)
          : invalidParameter(message),
      denied: (message) => new AwsError('AccessDeniedException', message, 400),
      internal: () =>
        new AwsError('ServiceUnavailableException', 'The service cannot complete the request.', 500),
    },
    maxBodyBytes: MAX_REQUEST_BYTES,
    log: env.warn,
    state: env.state,
    async stop() {
      for (const follower of followers) follower.end();
      await env.state.close();
    },
  });
  return {
    ...service,
    connectFunctions(functions) {
      lambda.functions = functions;
    },
    connectObjects(given) {
      objects = given;
    },
    hasGroup: (logGroup) => store.groups.has(logGroup),
    append(logGroup, logStream, events) {
      const nowMs = env.clock.nowMs();
      try {
        const group =
          store.groups.get(logGroup) ??
          store.create({ logGroupName: logGroup, creationTimeMs: nowMs, tags: {} });
        const stream = group.streams.get(logStream) ?? group.createStream(logStream, nowMs);
        ingest(group, stream, events);
      } catch (error) {
        // The caller is a function or an execution, which does not wait for its logs.
        if (!env.state.reportFailure(error)) throw error;
      }
    },
  };
}
