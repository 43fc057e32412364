import type { RunRecord } from '../../../record/run-record.ts';
import { evaluated, type Figures, figuresOf } from '../../../reports/figures.ts';

/** Figures of a run of this domain, by the names of the JSON report. */
export const redshiftExpressions = {
  partitions: 'count(batches)',
  batches: 'sum(batches)',
  secondsPerBatch: 'mean(secondsPerBatch)',
  samplesPerSecond: 'mean(samplesPerSecond)',
  throughputMbps: 'mean(throughput)',
  cpuS: 'mean(cpuTime)',
  meanMemoryMB: 'mean(function.inference.memory)',
  coldStarts: 'function.inference.coldStarts',
  readS: 'mean(phase.read)',
  parseS: 'mean(phase.parse)',
  inferenceS: 'mean(phase.inference)',
} as const;

export type RedshiftFigures = Figures & Record<keyof typeof redshiftExpressions, number | undefined>;

export const redshiftFigures = (record: RunRecord): RedshiftFigures => ({
  ...figuresOf(record),
  ...evaluated(redshiftExpressions, record),
});
