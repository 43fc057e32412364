/** What happens to events as they come in beside being kept: metrics are made of them, functions are told. */
import { gzipSync } from 'node:zlib';
import { embeddedMetrics } from '../../../core/embedded-metrics.ts';
import { firstJson } from '../../../core/first-json.ts';
import type { FunctionsPort, MetricPoint, MetricsPort, ServiceEnvironment } from '../ports.ts';
import { eventId } from './event-id.ts';
import { parseFilterPattern } from './filter-pattern/filter-pattern.ts';
import { Row } from './insights/row.ts';
import { textOf, type Value } from './insights/values.ts';
import type {
  GroupSettings,
  LogEvent,
  LogGroup,
  LogStream,
  MetricTransformation,
  SubscriptionFilter,
} from './store/log-group.ts';

export interface DeliveryPorts {
  metrics?: MetricsPort | undefined;
  functions?: Pick<FunctionsPort, 'invoke'> | undefined;
}

/** Metrics of events: embedded in them, and by the group's metric filters. */
export function deliverMetrics(
  metrics: MetricsPort,
  settings: GroupSettings,
  events: readonly LogEvent[],
): void {
  const embedded = events.flatMap(embeddedMetrics);
  const filtered = (settings.metricFilters ?? []).flatMap(({ filterPattern, metricTransformations }) => {
    const matches = parseFilterPattern(filterPattern);
    return metricTransformations.flatMap((one) =>
      events.flatMap((event) => filteredPoint(one, event, matches(event.message))),
    );
  });
  if (embedded.length + filtered.length > 0) metrics.putMetrics([...embedded, ...filtered]);
}

/** An event that does not match gives the default value, where there is one. */
function filteredPoint(
  { metricName, metricNamespace, metricValue, defaultValue, dimensions, unit }: MetricTransformation,
  { message, timestampMs }: LogEvent,
  isMatch: boolean,
): MetricPoint[] {
  const value = isMatch ? Number(fieldOf(message, metricValue)) : (defaultValue ?? Number.NaN);
  if (!Number.isFinite(value)) return [];
  const set = Object.entries(dimensions ?? {}).flatMap(([name, selector]): [string, string][] => {
    const text = fieldOf(message, selector);
    return text === undefined ? [] : [[name, text]];
  });
  if (set.length < Object.keys(dimensions ?? {}).length) return [];
  return [
    {
      namespace: metricNamespace,
      name: metricName,
      dimensions: Object.fromEntries(set),
      unit: unit ?? 'None',
      timestampMs,
      values: [value],
    },
  ];
}

/** `$.a.b` is found in the event's JSON; anything else stands for itself. */
export function fieldOf(message: string, selector: string): string | undefined {
  if (!selector.startsWith('$.')) return selector;
  if (firstJson(message) === undefined) return undefined;
  const event = { log: '', logStream: '', timestampMs: 0, ingestionMs: 0, message, ptr: '' };
  const value: Value = new Row(event).get(selector.slice(2));
  return textOf(value);
}

/**
 * Sends events to the functions that subscribe to the group, as `{awslogs: {data}}`: base64 of gzip of JSON.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html#LambdaFunctionExample
 */
export function deliverToSubscribers(
  functions: Pick<FunctionsPort, 'invoke'>,
  env: Pick<ServiceEnvironment, 'accountId' | 'log'>,
  batch: { group: LogGroup; stream: LogStream; events: readonly LogEvent[]; firstOffset: number },
): void {
  const { logGroupName, subscriptionFilters = [] } = batch.group.settings;
  for (const filter of subscriptionFilters) {
    // A function that logs to the group it subscribes to would never end.
    if (logGroupName === `/aws/lambda/${filter.destinationArn.split(':')[6]}`) continue;
    const payload = payloadOf(filter, env.accountId, batch);
    if (payload === undefined) continue;
    functions
      .invoke({ functionName: filter.destinationArn, payload, invocationType: 'Event' })
      .catch((error: unknown) =>
        env.log(`logs: ${filter.destinationArn} could not be told: ${String(error)}`),
      );
  }
}

function payloadOf(
  filter: SubscriptionFilter,
  owner: string,
  { group, stream, events, firstOffset }: Parameters<typeof deliverToSubscribers>[2],
): string | undefined {
  const matches = parseFilterPattern(filter.filterPattern);
  const logEvents = events
    .map(({ timestampMs, message }, i) => ({
      id: eventId({ timestampMs, offset: firstOffset + i }),
      timestamp: timestampMs,
      message,
    }))
    .filter(({ message }) => matches(message));
  if (logEvents.length === 0) return undefined;
  const data = {
    messageType: 'DATA_MESSAGE',
    owner,
    logGroup: group.settings.logGroupName,
    logStream: stream.name,
    subscriptionFilters: [filter.filterName],
    logEvents,
  };
  return JSON.stringify({ awslogs: { data: gzipSync(JSON.stringify(data)).toString('base64') } });
}
