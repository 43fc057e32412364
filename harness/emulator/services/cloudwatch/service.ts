import { AwsError } from '../../../core/errors.ts';
import { cborCodec } from '../../http/codecs/cbor.ts';
import { jsonCodec } from '../../http/codecs/json.ts';
import { queryCodec } from '../../http/codecs/query.ts';
import { type Adjustments, ServiceModel } from '../../http/model/service-model.ts';
import { createPipelineService } from '../../http/pipeline.ts';
import type { Service } from '../../http/wire.ts';
import table from '../../models/cloudwatch.json' with { type: 'json' };
import { type AccessPorts, createAccessControl } from '../access-control.ts';
import type { FunctionsPort, MetricPoint, MetricsPort, ServiceEnvironment } from '../ports.ts';
import { AlarmActions } from './alarms/alarm-actions.ts';
import { AlarmStore } from './alarms/alarm-store.ts';
import { AlarmWatch } from './alarms/alarm-watch.ts';
import type { CloudWatchContext } from './context.ts';
import { brokenConstraints, errorShapeOf } from './errors.ts';
import type { Metric, MetricDatum } from './metrics/metric.ts';
import { MetricStore } from './metrics/metric-store.ts';
import { operations } from './operations/index.ts';

/** A request of PutMetricData is at most 1 MB, unpacked. */
const MAX_REQUEST_BYTES = 1024 * 1024;

/** The service's name in targets and paths. */
const SHAPE = 'GraniteServiceVersion20100801';

/** Recorded answers that differ from the model. */
const ADJUSTMENTS: Adjustments = {
  StateValue: { enum: ['INSUFFICIENT_DATA', 'ALARM', 'OK'] },
  // AWS checks the tags of an alarm before its numbers, and the value of a tag before its key.
  PutMetricAlarmInput: { memberOrder: ['AlarmName', 'Tags'] },
  PutCompositeAlarmInput: { memberOrder: ['AlarmName', 'Tags'] },
  Tag: { memberOrder: ['Value', 'Key'] },
  // Documented bounds. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
  GetMetricDataMaxDatapoints: { min: 1, max: 100_800 },
};

export interface CloudWatchService extends Service, MetricsPort {
  /** Lets alarms invoke functions. */
  connectFunctions(functions: Pick<FunctionsPort, 'invoke'>): void;
}

/** CloudWatch: metrics, metric math over them, and alarms. */
export function createCloudWatchService(env: ServiceEnvironment, ports?: AccessPorts): CloudWatchService {
  const metrics = new MetricStore(env.state, env.clock.nowMs());
  const alarms = new AlarmStore(env.state);
  const actions = new AlarmActions(env, alarms);
  const watch = new AlarmWatch({ clock: env.clock, metrics, alarms, actions });
  const context: CloudWatchContext = { env, metrics, alarms, watch };
  const service = createPipelineService({
    name: 'cloudwatch',
    model: new ServiceModel(table, ADJUSTMENTS),
    codecs: [
      cborCodec({ shape: SHAPE, errorShapeOf }),
      jsonCodec({ targetPrefix: SHAPE, version: '1.0', errorShapeOf }),
      queryCodec({ xmlNamespace: 'http://monitoring.amazonaws.com/doc/2010-08-01/' }),
    ],
    operations,
    context,
    access: createAccessControl(ports, { kind: 'query' }),
    errors: {
      validation: brokenConstraints,
      denied: (message) => new AwsError('AccessDenied', message, 403),
      internal: () => new AwsError('InternalServiceError', 'An internal error has occurred.', 500),
      notServed: (operation) => new AwsError('InvalidAction', `${operation} is not served by cosmicai.`, 501),
    },
    maxBodyBytes: MAX_REQUEST_BYTES,
    log: env.warn,
    state: env.state,
    async stop() {
      watch.stop();
      metrics.close();
      await env.state.close();
    },
  });
  return {
    ...service,
    putMetrics: (points) => metrics.putLater(() => points.map(datumOf)),
    connectFunctions(functions) {
      actions.connect(functions);
      // Alarms that an earlier process left may have functions to invoke.
      watch.catchUp();
    },
  };
}

function datumOf({ namespace, name, dimensions, values, ...rest }: MetricPoint): MetricDatum {
  return {
    ...rest,
    metric: knownMetric(namespace, name, dimensions),
    samples: { values, counts: values.map(() => 1) },
  };
}

/** Metrics by the object of their dimensions, which callers keep, then by namespace and name. */
const known = new WeakMap<MetricPoint['dimensions'], Map<string, Metric>>();

function knownMetric(namespace: string, name: string, dimensions: MetricPoint['dimensions']): Metric {
  const metrics = known.get(dimensions) ?? new Map<string, Metric>();
  known.set(dimensions, metrics);
  const key = `${namespace}\0${name}`;
  const found = metrics.get(key);
  if (found) return found;
  const sorted = Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1));
  const metric = { namespace, name, dimensions: sorted.map(([Name, Value]) => ({ Name, Value })) };
  metrics.set(key, metric);
  return metric;
}
