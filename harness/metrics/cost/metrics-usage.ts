import { embeddedMetrics } from '../../core/embedded-metrics.ts';
import type { RunRecord } from '../../record/run-record.ts';
import { statesOfFunctions } from './states-of-functions.ts';
import type { UsageLine } from './usage-line.ts';

/** AWS's pricing examples and calculator count 730 hours a month. */
const HOURS_PER_MONTH = 730;
const HOUR_MS = 3_600_000;

/**
 * Custom metrics that functions publish in the embedded metric format. A metric is one namespace, name and set of
 * dimensions; it is charged for every hour in which it got data ("prorated by the hour and metered only when you
 * send metrics", https://aws.amazon.com/cloudwatch/pricing/), however many values that were.
 */
export function metricsUsage(record: RunRecord): UsageLine[] {
  const stateOf = statesOfFunctions(record);
  const seen = new Set<string>();
  const hours = new Map<string, number>();
  for (const { logGroup, message, timestampMs } of record.logs) {
    const functionName = logGroup.split('/').at(-1)!;
    for (const metric of embeddedMetrics({ message, timestampMs })) {
      const dimensions = Object.entries(metric.dimensions).sort(([a], [b]) => (a < b ? -1 : 1));
      const hour = Math.floor(metric.timestampMs / HOUR_MS);
      const key = JSON.stringify([metric.namespace, metric.name, dimensions, hour]);
      if (seen.has(key)) continue;
      seen.add(key);
      hours.set(functionName, (hours.get(functionName) ?? 0) + 1);
    }
  }
  return [...hours].map(
    ([functionName, count]): UsageLine => ({
      part: 'metrics',
      price: 'customMetricMonth',
      quantity: count / HOURS_PER_MONTH,
      state: stateOf(functionName).state,
      functionName,
      scale: 'execution',
    }),
  );
}
