import { multiProtocolService } from '../../http/protocols/multi-protocol.ts';
import type { Service } from '../../http/wire.ts';
import type { MetricPoint, MetricsPort, ServiceEnvironment } from '../ports.ts';
import { accessDenied, type GuardDoors, roleGuard } from '../role-guard.ts';
import { AlarmStore } from './alarms/alarm-store.ts';
import { AlarmWatch } from './alarms/alarm-watch.ts';
import { cloudWatchCalls } from './authorization.ts';
import type { CloudWatchContext } from './context.ts';
import { errorShapeOf } from './errors.ts';
import type { Metric, MetricDatum } from './metrics/metric.ts';
import { MetricStore } from './metrics/metric-store.ts';
import { operations } from './operations/index.ts';

/** A request of PutMetricData is at most 1 MB, unpacked. */
const MAX_REQUEST_BYTES = 1024 * 1024;

export interface CloudWatchService extends Service, MetricsPort {}

/** CloudWatch: metrics, metric math over them, and alarms. */
export function createCloudWatchService(env: ServiceEnvironment, doors?: GuardDoors): CloudWatchService {
  const metrics = new MetricStore(env.stateDir, env.clock.nowMs());
  const alarms = new AlarmStore(env.stateDir, env.warn);
  const watch = new AlarmWatch({ clock: env.clock, metrics, alarms });
  const context: CloudWatchContext = { env, metrics, alarms, watch };
  const service = multiProtocolService({
    name: 'cloudwatch',
    dialect: {
      shape: 'GraniteServiceVersion20100801',
      xmlNamespace: 'http://monitoring.amazonaws.com/doc/2010-08-01/',
      errorShapeOf,
    },
    operations,
    context,
    limitBytes: MAX_REQUEST_BYTES,
    ...(doors
      ? {
          guard: roleGuard(doors, {
            callsOf: (operation, input) => cloudWatchCalls(env, operation, input),
            refused: accessDenied,
          }),
        }
      : {}),
    stop: async () => metrics.close(),
  });
  return { ...service, putMetrics: (points) => metrics.putLater(() => points.map(datumOf)) };
}

function datumOf({ namespace, name, dimensions, values, ...rest }: MetricPoint): MetricDatum {
  return {
    ...rest,
    metric: metricOf(namespace, name, dimensions),
    samples: { values, counts: values.map(() => 1) },
  };
}

/** Metrics of dimensions that somebody keeps to put them again and again, by namespace and name. */
const known = new WeakMap<MetricPoint['dimensions'], Map<string, Metric>>();

function metricOf(namespace: string, name: string, dimensions: MetricPoint['dimensions']): Metric {
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
