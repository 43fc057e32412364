/** Registry of the metrics of what an execution costs on AWS: one part per service, their sum, and per size. */
import type { RunRecord } from '../../record/run-record.ts';
import { deployedNameOf } from '../invocations.ts';
import type { Metric } from '../metric.ts';
import { renderMetric } from '../threshold.ts';
import { costBounds, costOf, costOfFunction, extrapolate } from './cost.ts';
import { DEFAULT_REGION } from './price-table.ts';
import { COST_PARTS, type CostPart } from './usage-line.ts';

const SOURCE = `prices of ${DEFAULT_REGION}, 2026-11-23, on the durations measured here`;

/** A cost as a metric; `value` is asked of runs with invocations only. */
export const costMetric = (
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
  s3: 'S3: requests of the state machine, and those that a pack counts',
  logs: 'CloudWatch Logs: bytes ingested',
  metrics: 'CloudWatch: custom metrics of the functions, by the hour',
};

const TB = 1024 ** 4;

export const costMetrics: readonly Metric[] = [
  ...COST_PARTS.map((part) =>
    costMetric(
      `cost.${part}`,
      DESCRIPTION[part],
      (record) => costOf(record)[part],
      part === 'stepFunctions' ? undefined : ['report-lines'],
    ),
  ),
  costMetric('cost.total', 'All parts, with the cold starts of this run', (record) => costOf(record).total),
  costMetric(
    'cost.allWarm',
    'All parts, if every invocation found a warm environment: the lower bound on AWS',
    (record) => costBounds(record).allWarm?.total,
  ),
  costMetric(
    'cost.allCold',
    'All parts, if every invocation started an environment: the upper bound on AWS',
    (record) => costBounds(record).allCold?.total,
  ),
  costMetric(
    'cost.perTB',
    'Upper bound for 1 TB in partitions of this size, every start cold: what a partition used is multiplied',
    (record) => extrapolate(record, TB)?.allCold?.total,
  ),
];

/** `cost.function.NAME`: what Lambda and CloudWatch Logs charge for one function. */
export const functionCostMetric = (name: string): Metric =>
  costMetric(
    renderMetric(['cost', 'function', name]),
    `Lambda and CloudWatch Logs of the function ${name}`,
    (record) => costOfFunction(record, deployedNameOf(record, name)),
    ['report-lines'],
  );

export const documentedFunctionCost: Metric = functionCostMetric('FUNCTION');
