/** Registry of what an execution costs on AWS: one part per service, each a metric, and their sum. */
import type { RunRecord } from '../../record/run-record.ts';
import type { Metric } from '../metric.ts';
import { lambdaCostUSD } from './lambda-cost.ts';
import { logsCostUSD } from './logs-cost.ts';
import { type PriceTable, usEast1 } from './prices.ts';
import { s3CostUSD } from './s3-cost.ts';
import { stepFunctionsCostUSD } from './step-functions-cost.ts';

const costParts = {
  lambda: lambdaCostUSD,
  stepFunctions: stepFunctionsCostUSD,
  s3: s3CostUSD,
  logs: logsCostUSD,
} as const;
type CostPart = keyof typeof costParts;

/** What this run would have cost on AWS with the durations measured here, in USD, by part. */
export function costOf(record: RunRecord, prices: PriceTable = usEast1): Record<CostPart | 'total', number> {
  const parts = Object.fromEntries(
    Object.entries(costParts).map(([part, cost]) => [part, cost(record, prices)]),
  ) as Record<CostPart, number>;
  return { ...parts, total: Object.values(parts).reduce((total, value) => total + value, 0) };
}

const metricOf = (part: CostPart | 'total'): Metric => ({
  name: `cost.${part}`,
  unit: 'USD',
  cardinality: 'one',
  clock: 'model',
  // Transitions are counted in the children too.
  needs:
    part === 'stepFunctions' || part === 'total' ? ['report-lines', 'child-histories'] : ['report-lines'],
  source: `prices of ${usEast1.region}, ${usEast1.date}, on the durations measured here`,
  description: part === 'total' ? 'All parts together' : `Estimated AWS cost of ${part}`,
  values: (record) => (record.invocations.length === 0 ? [] : [costOf(record)[part]]),
});

export const costMetrics: readonly Metric[] = [
  ...(Object.keys(costParts) as CostPart[]),
  'total' as const,
].map(metricOf);
