import type { Metric } from '../../../metrics/metric.ts';

export const batches: Metric = {
  name: 'batches',
  unit: '',
  cardinality: 'many',
  clock: 'none',
  source: 'num_batches of the result objects',
  description: 'Batches that one inference worker ran',
  values: (record) => record.results.map((result) => result.num_batches),
};
