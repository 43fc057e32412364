/** Metrics of a run in so few numbers that they fit a statement, and thresholds judged by these alone. */
import { metricsOf } from '../../metrics/index.ts';
import { type Aggregate, aggregate, aggregateNames, parseExpression } from '../../metrics/threshold.ts';
import type { RunRecord } from '../../record/run-record.ts';
import type { MetricSummary } from './statement.ts';

const PERCENTILES = [5, 25, 75, 90, 95, 99, 99.9];
const AGGREGATES: readonly Aggregate[] = [
  ...aggregateNames,
  ...PERCENTILES.map((percentile) => ({ percentile })),
];

const nameOf = (kind: Aggregate) => (typeof kind === 'string' ? kind : `p${kind.percentile}`);

/** Every metric that the run gave evidence for. Values that are no numbers (an empty mean) are left out. */
export function summarizeMetrics(record: RunRecord): Record<string, MetricSummary> {
  return Object.fromEntries(
    metricsOf(record).flatMap(({ name, unit, unitOf, clock, cardinality, values: valuesOf }) => {
      const values = valuesOf(record);
      if (values.length === 0) return [];
      const figures =
        cardinality === 'one'
          ? [['value', values[0]!] as const]
          : AGGREGATES.map((kind) => [nameOf(kind), aggregate(kind, values)] as const);
      const finite = figures.filter(([, value]) => Number.isFinite(value));
      return [[name, { unit: unitOf?.(record) ?? unit, clock, values: Object.fromEntries(finite) }]];
    }),
  );
}

/** The value of an expression such as `p95(function.Enrich.duration)`, with its unit; undefined without evidence. */
export function summarizedValue(
  summaries: Readonly<Record<string, MetricSummary>>,
  text: string,
): { value: number | undefined; unit: string } {
  const expression = parseExpression(text);
  const summary = summaries[expression.metric];
  const values = summary?.values;
  const name = expression.aggregate === undefined ? 'value' : nameOf(expression.aggregate);
  // The median is the 50th percentile under both names.
  return {
    value: values?.[name === 'p50' ? 'median' : name],
    unit: name === 'count' ? '' : (summary?.unit ?? ''),
  };
}
