import type { Metric } from '../../../metrics/metric.ts';
import { resultsOf } from '../evidence/results.ts';

export const throughput: Metric = {
  name: 'throughput',
  unit: 'Mbps',
  cardinality: 'many',
  clock: 'function',
  source: 'throughput_bps of the result objects',
  description: 'Bits of model input per second of wall time, per inference worker',
  values: (record) => resultsOf(record).map((result) => result.throughput_bps / 1e6),
};
