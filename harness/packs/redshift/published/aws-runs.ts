/**
 * What the pipeline's authors measured on AWS, as they published it (UVA-MLSys/AI-for-Astronomy, folder `aws/`):
 * 84 whole runs over partition sizes and data sizes, and nine REPORT lines. `aws-runs.json` holds their numbers
 * unchanged; what is derived here says how.
 */

import data from './aws-runs.json' with { type: 'json' };
import { PUBLISHED_SAMPLE_BITS } from './sample-bits.ts';

type PublishedPartitionMB = 25 | 50 | 75 | 100;

/** One published run of the whole pipeline. Profiler times count nested operators several times. */
export interface PublishedRun {
  partitionMB: PublishedPartitionMB;
  dataGB: number;
  /** Which of the repeats, counted from 1. */
  run: number;
  /** Workers that were dispatched, one per partition. */
  workers: number;
  durationSeconds: number;
  /** The profiler's CPU total of a worker, mean over the workers. */
  cpuSecondsPerWorker: number;
  /** Bits of model input per second, summed over the workers whose results were found. */
  throughputBps: number;
  /** Samples in the results that were found: fewer than the dataset's where results were lost. */
  samples: number;
}

/** Samples in a partition of each size. */
const SAMPLES_OF: Record<PublishedPartitionMB, number> = { 25: 1278, 50: 2556, 75: 3834, 100: 5113 };

const BATCH_SIZE = 512;

/** Greatest `Max Memory Used` of the inference function's REPORT lines per partition size, GB. */
const MEMORY_GB: Record<PublishedPartitionMB, number> = { 25: 2.8, 50: 4.0, 75: 5.9, 100: 7.0 };

export const publishedRuns: readonly PublishedRun[] = data.runs.map((row) => {
  const [partitionMB, dataGB, run, workers, durationSeconds, cpuSecondsPerWorker, throughputBps, samples] =
    row as [PublishedPartitionMB, number, number, number, number, number, number, number];
  return {
    partitionMB,
    dataGB,
    run,
    workers,
    durationSeconds,
    cpuSecondsPerWorker,
    throughputBps,
    samples,
  };
});

/** Billed durations of the nine invocations at 75 MB partitions, seconds. */
const BILLED_SECONDS_75MB = data.invocations75MB.map(([, billedMs]) => billedMs! / 1000);

/** Mean billed duration of the published REPORT lines at a partition size; `undefined` where there are none. */
export const meanBilledSeconds = (partitionMB: number): number | undefined =>
  partitionMB === 75
    ? BILLED_SECONDS_75MB.reduce((sum, one) => sum + one, 0) / BILLED_SECONDS_75MB.length
    : undefined;

/** Workers whose results were found. */
const resultsOf = ({ samples, partitionMB }: PublishedRun) =>
  Math.max(1, Math.round(samples / SAMPLES_OF[partitionMB]));

/** A metric expression of the harness with the published values that stand beside it. */
interface PublishedFigure {
  /** Metric expression. */
  expression: string;
  /** Where the values come from. */
  source: string;
  /** One value per published run (or REPORT line), in the metric's unit. */
  values(runs: readonly PublishedRun[]): number[];
}

const perWorkerBps = (run: PublishedRun) => run.throughputBps / resultsOf(run);
const batchesOf = ({ partitionMB }: PublishedRun) => Math.ceil(SAMPLES_OF[partitionMB] / BATCH_SIZE);

/** Every figure that was published, by the metric that measures the same thing here. */
export const publishedFigures: readonly PublishedFigure[] = [
  {
    expression: 'max(execution.duration)',
    source: 'total_execution_time.csv',
    values: (runs) => runs.map((run) => run.durationSeconds),
  },
  {
    expression: 'mean(throughput)',
    source: 'result_stats.csv, throughput_bps per worker',
    values: (runs) => runs.map((run) => perWorkerBps(run) / 1e6),
  },
  {
    expression: 'mean(samplesPerSecond)',
    source: 'result_stats.csv, throughput_bps per worker / 164,160 bits',
    values: (runs) => runs.map((run) => perWorkerBps(run) / PUBLISHED_SAMPLE_BITS),
  },
  {
    expression: 'mean(secondsPerBatch)',
    source: 'result_stats.csv, CPU seconds per worker / batches of 512',
    values: (runs) => runs.map((run) => run.cpuSecondsPerWorker / batchesOf(run)),
  },
  {
    expression: 'mean(cpuTime)',
    source: "result_stats.csv, the profiler's total per worker",
    values: (runs) => runs.map((run) => run.cpuSecondsPerWorker),
  },
  {
    expression: 'max(memory)',
    source: 'REPORT lines, Max Memory Used',
    values: (runs) => [...new Set(runs.map((run) => MEMORY_GB[run.partitionMB] * 1024))],
  },
  {
    expression: 'mean(inference.billed)',
    source: 'REPORT lines at 75 MB partitions',
    values: (runs) => (runs.some(({ partitionMB }) => partitionMB === 75) ? BILLED_SECONDS_75MB : []),
  },
];

/**
 * The repeats published for a partition size at the data size nearest to `dataGB`; empty for a size nobody
 * published.
 */
export function publishedRunsNear(partitionMB: number, dataGB: number): PublishedRun[] {
  const ofSize = publishedRuns.filter((run) => run.partitionMB === partitionMB);
  const sizes = [...new Set(ofSize.map((run) => run.dataGB))];
  const nearest = sizes.sort((a, b) => Math.abs(a - dataGB) - Math.abs(b - dataGB))[0];
  return ofSize.filter((run) => run.dataGB === nearest);
}
