import type { Metric } from './metric.ts';

export const harnessMemory: Metric = {
  name: 'harness.memory',
  unit: 'MB',
  cardinality: 'one',
  clock: 'none',
  source: 'resource usage of the harness process',
  description: 'Peak resident memory of the harness itself, without the functions',
  values: (record) => (record.harnessPeakRssMB === undefined ? [] : [record.harnessPeakRssMB]),
};
