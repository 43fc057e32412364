import { invocationsOf } from './invocations.ts';
import type { Metric } from './metric.ts';

export const initDuration: Metric = {
  name: 'inference.init',
  unit: 's',
  cardinality: 'many',
  clock: 'lambda',
  needs: ['report-lines'],
  source: 'Init Duration of the REPORT line',
  description: 'Time to start the runtime and load the handler, per cold start of the inference function',
  values: (record) =>
    invocationsOf(record, 'inference').flatMap((one) =>
      one.initDurationMs === undefined ? [] : [one.initDurationMs / 1000],
    ),
};
