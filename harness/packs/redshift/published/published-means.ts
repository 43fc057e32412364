/** What the pipeline's authors measured on AWS, for comparison: whole runs, means per worker, and their costs. */
import data from './published-means.json' with { type: 'json' };

interface PublishedRun {
  partitionMB: number;
  dataGB: number;
  workers: number;
  /** Runs the mean is of. */
  runs: number;
  durationS: number;
  cpuS?: number;
  aggregateMbps?: number;
}

interface PublishedWorkers {
  partitionMB: number;
  dataGB: number;
  /** Results summarised; fewer than there were partitions where some were lost. */
  results: number;
  secondsPerBatch: number;
  samplesPerSecond: number;
  throughputMbps: number;
  cpuS: number;
}

export interface PublishedCost {
  partitionMB: number;
  files: number;
  billedS: number;
  maxMemoryGB: number;
  publishedUSD: number;
}

export const published: {
  source: string;
  memoryMB: number;
  runs: readonly PublishedRun[];
  workers: readonly PublishedWorkers[];
  costs: readonly PublishedCost[];
} = data;
