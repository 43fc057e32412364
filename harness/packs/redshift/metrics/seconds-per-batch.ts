import type { Metric } from '../../../metrics/metric.ts';
import { resultsOf } from '../evidence/results.ts';

export const secondsPerBatch: Metric = {
  name: 'secondsPerBatch',
  unit: 's',
  cardinality: 'many',
  clock: 'function',
  source: 'execution_time (seconds/batch) of the result objects',
  description: 'Wall time per batch, per inference worker',
  values: (record) => resultsOf(record).map((result) => result['execution_time (seconds/batch)']),
};
