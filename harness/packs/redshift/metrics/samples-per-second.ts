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

/** A mean of rates weighs a short last partition as much as a whole one; the pooled rate weighs every sample alike. */
export const pooledSamplesPerSecond: Metric = {
  name: 'pooledSamplesPerSecond',
  unit: 'samples/s',
  cardinality: 'one',
  clock: 'function',
  source: 'total_samples and sample_persec of the result objects',
  description: 'All samples divided by the sum of the wall times of the workers in the model',
  values(record) {
    const results = resultsOf(record).filter(({ sample_persec }) => sample_persec > 0);
    const samples = results.reduce((sum, one) => sum + Number(one['total_samples'] ?? 0), 0);
    const seconds = results.reduce(
      (sum, one) => sum + Number(one['total_samples'] ?? 0) / one.sample_persec,
      0,
    );
    return seconds > 0 ? [samples / seconds] : [];
  },
};
