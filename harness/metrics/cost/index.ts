/** Registry of the metrics of what an execution costs on AWS: one part per service, their sum, and per size. */
import type { RunRecord } from '../../record/run-record.ts';
import type { Metric } from '../metric.ts';
import { costOf, extrapolate } from './cost.ts';
import { DEFAULT_REGION } from './price-table.ts';
import { COST_PARTS, type CostPart } from './usage-line.ts';

const SOURCE = `prices of ${DEFAULT_REGION}, 2026-11-23, on the durations measured here`;

const metric = (
  name: string,
  description: string,
  value: (record: RunRecord) => number | undefined,
  needs: Metric['needs'] = ['report-lines', 'child-histories'],
): Metric => ({
  name,
  unit: 'USD',
  cardinality: 'one',
  clock: 'model',
  // Transitions are counted in the children too.
  needs,
  source: SOURCE,
  description,
  values(record) {
    const found = record.invocations.length === 0 ? undefined : value(record);
    return found === undefined ? [] : [found];
  },
});

const DESCRIPTION: Record<CostPart, string> = {
  lambda: 'Lambda: GB-s with initialisation, and requests',
  stepFunctions: "Step Functions: transitions or EXPRESS requests, the Map's children included",
  s3: 'S3: requests of the pipeline itself',
  logs: 'CloudWatch Logs: bytes ingested',
};

const TB = 1024 ** 4;

function perMillionSamples(record: RunRecord): number | undefined {
  const samples = record.results.reduce((total, one) => total + Number(one['total_samples'] ?? 0), 0);
  return samples > 0 ? (costOf(record).total / samples) * 1e6 : undefined;
}

export const costMetrics: readonly Metric[] = [
  ...COST_PARTS.map((part) =>
    metric(
      `cost.${part}`,
      DESCRIPTION[part],
      (record) => costOf(record)[part],
      part === 'stepFunctions' ? undefined : ['report-lines'],
    ),
  ),
  metric('cost.total', 'All parts together', (record) => costOf(record).total),
  metric(
    'cost.perTB',
    'Cost of 1 TB in partitions of this size: what a partition used is multiplied, the rest is once',
    (record) => extrapolate(record, TB)?.cost.total,
  ),
  metric('cost.perMillionSamples', 'Cost of this run per million galaxies', perMillionSamples),
];
