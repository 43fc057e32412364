import type { Metric } from './metric.ts';

export const coldStarts: Metric = {
  name: 'coldStarts',
  unit: '',
  cardinality: 'one',
  clock: 'none',
  needs: ['report-lines'],
  source: 'REPORT lines with an Init Duration',
  description: 'Environments that were started for this run, all functions',
  values: ({ invocations }) =>
    invocations.length === 0
      ? []
      : [invocations.filter(({ initDurationMs }) => initDurationMs !== undefined).length],
};
