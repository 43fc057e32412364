/** What the functions of this domain leave behind: results and predictions, and how a record holds them. */
import type { JsonObject } from '../../../core/json.ts';
import type { DatasetPartition, DatasetRecord, RunRecord } from '../../../record/run-record.ts';
import type { Mixture } from '../metrics/mixture.ts';

/** What inference writes to `RESULT_PATH/<rank>.json`: the original's keys, then ours. */
export interface InferenceResult extends JsonObject {
  'total_cpu_time (seconds)': number;
  'total_cpu_memory (MB)': number;
  'execution_time (seconds/batch)': number;
  num_batches: number;
  batch_size: number;
  device: string;
  throughput_bps: number;
  sample_persec: number;
  result_path: string;
  /** Key of the rank's partition, the keys when it has several, null when it has none. */
  data_path: string | string[] | null;
}

/** Columns of a predictions file, of equal length and in the order of the samples. */
export interface PredictionsRecord {
  bucket: string;
  key: string;
  rank: number;
  /** As its header says; absent in files of other writers. */
  runId?: string;
  /** Key of the partition each sample came from. */
  dataPath: string[];
  /** Index of the sample within its partition. */
  sample: number[];
  /** Predicted redshifts. */
  zPred: number[];
  /** True redshifts; absent when the partition has none. */
  zTrue?: number[];
  /** AB magnitudes u g r i z; absent in files of other writers. */
  magnitudes?: number[][];
  /** Predicted distributions; absent when the model has none. */
  mixtures?: Mixture[];
}

/** Keys of a result's partitions: none, one or several. */
export function dataPathsOf(result: Pick<InferenceResult, 'data_path'>): string[] {
  const path = result.data_path;
  if (path === null) return [];
  return typeof path === 'string' ? [path] : path;
}

/** Results of the run, one per result object, by rank. */
export const resultsOf = ({ evidence }: Pick<RunRecord, 'evidence'>) =>
  (evidence[RESULTS] ?? []) as readonly InferenceResult[];

/** Predictions of the run, one entry per predictions file. */
export const predictionsOf = ({ evidence }: Pick<RunRecord, 'evidence'>) =>
  (evidence[PREDICTIONS] ?? []) as readonly PredictionsRecord[];

/** Names of the two lists in `RunRecord.evidence`, and of their files. */
export const RESULTS = 'results';
export const PREDICTIONS = 'predictions';

/** Partition size as planned, one of the published sizes. */
export function partitionMBOf(dataset: DatasetRecord | undefined): number | undefined {
  const size = dataset?.['partitionMB'];
  return typeof size === 'number' ? size : undefined;
}

/** Samples of a partition before any damage; unknown of a file that cannot be read. */
export function samplesOf(partition: DatasetPartition): number | undefined {
  const samples = partition['samples'];
  return typeof samples === 'number' ? samples : undefined;
}
