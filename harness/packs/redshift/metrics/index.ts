/** Metrics of this domain: speed and quality of inference, by the results and predictions that the functions write. */

import { costOf } from '../../../metrics/cost/cost.ts';
import { costMetric } from '../../../metrics/cost/index.ts';
import { functionMetric } from '../../../metrics/function-figures.ts';
import type { Metric } from '../../../metrics/metric.ts';
import { resultsOf } from '../evidence/results.ts';
import { batches } from './batches.ts';
import { cpuTime } from './cpu-time.ts';
import { phases } from './phases.ts';
import { predictionMetrics } from './prediction-figures.ts';
import { pooledSamplesPerSecond, samplesPerSecond } from './samples-per-second.ts';
import { secondsPerBatch } from './seconds-per-batch.ts';
import { throughput } from './throughput.ts';

/** Figures of the pipeline's functions under the names that its published scenarios use. */
const FUNCTION_FIGURES = [
  ['init', 'duration'],
  ['inference', 'duration'],
  ['summarize', 'duration'],
  ['inference', 'billed'],
  ['inference', 'init'],
] as const;

const perMillionSamples = costMetric(
  'cost.perMillionSamples',
  'Cost of this run per million galaxies',
  (record) => {
    const samples = resultsOf(record).reduce((total, one) => total + Number(one['total_samples'] ?? 0), 0);
    return samples > 0 ? (costOf(record).total / samples) * 1e6 : undefined;
  },
);

export const redshiftMetrics: readonly Metric[] = [
  ...FUNCTION_FIGURES.map(([name, figure]) => functionMetric(name, figure, `${name}.${figure}`)),
  batches,
  secondsPerBatch,
  samplesPerSecond,
  pooledSamplesPerSecond,
  throughput,
  cpuTime,
  ...phases,
  ...predictionMetrics,
  perMillionSamples,
];
