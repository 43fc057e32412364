import type { Metric } from './metric.ts';

export const waitedForCore: Metric = {
  name: 'waitedForCore',
  unit: 's',
  cardinality: 'many',
  clock: 'harness',
  source: "the emulator's scheduler",
  description: 'Waiting of an invocation for a free core of this machine, outside its duration',
  values: ({ invocations }) =>
    invocations.flatMap(({ waitedForCoreMs }) =>
      waitedForCoreMs === undefined ? [] : [waitedForCoreMs / 1000],
    ),
};
