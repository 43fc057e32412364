import { invocationsOf } from './invocations.ts';
import type { Metric } from './metric.ts';

export const waitedForCore: Metric = {
  name: 'waitedForCore',
  unit: 's',
  cardinality: 'many',
  clock: 'harness',
  source: "the emulator's scheduler",
  description: 'Waiting of an inference invocation for a free core of this machine, outside its duration',
  values: (record) =>
    invocationsOf(record, 'inference').flatMap((one) =>
      one.waitedForCoreMs === undefined ? [] : [one.waitedForCoreMs / 1000],
    ),
};
