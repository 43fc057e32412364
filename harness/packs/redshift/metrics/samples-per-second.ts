import type { Metric } from '../../../metrics/metric.ts';
import { resultsOf } from '../evidence/results.ts';

export const samplesPerSecond: Metric = {
  name: 'samplesPerSecond',
  unit: 'samples/s',
  cardinality: 'many',
  clock: 'function',
  source: 'sample_persec of the result objects',
  description: 'Samples per second of wall time, per inference worker',
  values: (record) => resultsOf(record).map((result) => result.sample_persec),
};
