import type { Metric } from './metric.ts';

export const executionDuration: Metric = {
  name: 'execution.duration',
  unit: 's',
  cardinality: 'many',
  clock: 'step-functions',
  source: 'startDate and stopDate of the execution',
  description: 'The whole pipeline, from StartExecution to its end',
  values: (record) =>
    record.executions.flatMap((one) =>
      one.stoppedAtMs === undefined ? [] : [(one.stoppedAtMs - one.startedAtMs) / 1000],
    ),
};
