import type { Metric } from './metric.ts';

export const duration: Metric = {
  name: 'duration',
  unit: 's',
  cardinality: 'many',
  clock: 'lambda',
  needs: ['report-lines'],
  source: 'Duration of the REPORT line',
  description: 'Time a handler ran, per invocation, all functions; without initialisation',
  values: ({ invocations }) => invocations.map(({ durationMs }) => durationMs / 1000),
};
