import type { Metric } from './metric.ts';

export const peakMemory: Metric = {
  name: 'memory',
  unit: 'MB',
  cardinality: 'many',
  clock: 'none',
  needs: ['report-lines'],
  source: 'Max Memory Used of the REPORT line',
  description: 'Peak resident memory of the environment that served an invocation, all functions',
  values: ({ invocations }) => invocations.map(({ maxMemoryUsedMB }) => maxMemoryUsedMB),
};
