import type { Metric } from './metric.ts';

export const mapRunDuration: Metric = {
  name: 'mapRun.duration',
  unit: 's',
  cardinality: 'many',
  clock: 'step-functions',
  needs: ['distributed-map'],
  source: 'startDate and stopDate of the Map Run',
  description: 'A Distributed Map alone: from the start of its Map Run to its end',
  values: (record) =>
    record.executions
      .flatMap((execution) => execution.mapRuns)
      .flatMap((run) => (run.stoppedAtMs === undefined ? [] : [(run.stoppedAtMs - run.startedAtMs) / 1000])),
};
