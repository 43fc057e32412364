import type { Metric } from '../../../metrics/metric.ts';
import { resultsOf } from '../evidence/results.ts';

export const batches: Metric = {
  name: 'batches',
  unit: '',
  cardinality: 'many',
  clock: 'none',
  source: 'num_batches of the result objects',
  description: 'Batches that one inference worker ran',
  values: (record) => resultsOf(record).map((result) => result.num_batches),
};
