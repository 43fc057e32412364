import { invocationsOf } from './invocations.ts';
import type { Metric } from './metric.ts';

export const coldStarts: Metric = {
  name: 'coldStarts',
  unit: '',
  cardinality: 'one',
  clock: 'none',
  needs: ['report-lines'],
  source: 'REPORT lines with an Init Duration',
  description: 'Environments of the inference function that were started for this run',
  values: (record) => {
    const invocations = invocationsOf(record, 'inference');
    if (invocations.length === 0) return [];
    return [invocations.filter((one) => one.initDurationMs !== undefined).length];
  },
};
