import { invocationsOf } from './invocations.ts';
import type { Metric } from './metric.ts';

export const billedDuration: Metric = {
  name: 'inference.billed',
  unit: 's',
  cardinality: 'many',
  clock: 'lambda',
  needs: ['report-lines'],
  source: 'Billed Duration of the REPORT line',
  description: 'Time Lambda charges for an inference invocation, initialisation included',
  values: (record) => invocationsOf(record, 'inference').map((one) => one.billedDurationMs / 1000),
};
