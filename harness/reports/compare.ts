/** Two runs side by side: every metric of both, and the ratio of the second to the first. */
import Table from 'cli-table3';
import { metrics } from '../metrics/index.ts';
import type { Metric } from '../metrics/metric.ts';
import { formatNumber } from '../metrics/quantity.ts';
import { percentile } from '../metrics/threshold.ts';
import type { RunOutcome } from '../scenario/outcome.ts';

export interface Comparison {
  metric: string;
  unit: string;
  /** `median` where a run has many values, empty where it has one. */
  aggregate: string;
  a: number | undefined;
  b: number | undefined;
  /** b / a; absent where one is missing or a is zero. */
  ratio: number | undefined;
}

/** Metrics that neither run has are left out. */
export function compareRuns(a: RunOutcome, b: RunOutcome): Comparison[] {
  return metrics.flatMap((metric): Comparison[] => {
    const first = measured(metric, a);
    const second = measured(metric, b);
    if (first === undefined && second === undefined) return [];
    const ratio = first === undefined || second === undefined || first === 0 ? undefined : second / first;
    const aggregate = metric.cardinality === 'many' ? 'median' : '';
    return [{ metric: metric.name, unit: metric.unit, aggregate, a: first, b: second, ratio }];
  });
}

export function renderComparison(a: RunOutcome, b: RunOutcome): string {
  const table = new Table({
    head: ['metric', 'unit', 'A', 'B', 'B / A'],
    colAligns: ['left', 'left', 'right', 'right', 'right'],
    style: { head: [], border: [], compact: true },
  });
  const show = (value: number | undefined) => (value === undefined ? '-' : formatNumber(value));
  for (const { metric, unit, aggregate, ...row } of compareRuns(a, b)) {
    table.push([
      aggregate === '' ? metric : `${aggregate}(${metric})`,
      unit,
      show(row.a),
      show(row.b),
      row.ratio === undefined ? '-' : `${row.ratio.toFixed(3)}x`,
    ]);
  }
  return `A  ${a.runId} (${a.passed ? 'passed' : 'failed'})\nB  ${b.runId} (${b.passed ? 'passed' : 'failed'})\n${table.toString()}\n`;
}

function measured(metric: Metric, { record }: RunOutcome): number | undefined {
  const values = metric.values(record);
  if (values.length === 0) return undefined;
  return metric.cardinality === 'many' ? percentile(values, 50) : values[0];
}
