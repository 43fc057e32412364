import type { Metric } from '../../../metrics/metric.ts';
import { resultsOf } from '../evidence/results.ts';

export const cpuTime: Metric = {
  name: 'cpuTime',
  unit: 's',
  cardinality: 'many',
  clock: 'function',
  source: 'total_cpu_time (seconds) of the result objects',
  description: 'CPU time of the inference process for its partition, per worker',
  values: (record) => resultsOf(record).map((result) => result['total_cpu_time (seconds)']),
};
