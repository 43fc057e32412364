/** The data of a run by the harness's own reading, as `RunRecord.evidence` holds it. */
import type { RunRecord } from '../../../record/run-record.ts';

export const TRUTH = 'truth';
export const RECOMPUTED = 'recomputed';

/** One partition, read by the harness before anything ran. */
export interface TruthRecord {
  key: string;
  /** Absent when the file is no partition that can be used. */
  samples?: number;
  /** Redshifts of all samples, in order, as float32; absent when the partition has none. */
  redshifts?: number[];
  /** Why the reader refuses the file. */
  unreadable?: string;
  /** Samples whose redshifts the harness predicted itself; absent where the model is not known. */
  reference?: {
    sample: number[];
    /** By the model itself, in float32. */
    float32: PredictedSamples;
    /** By its int8 form, where one is deployed beside it. */
    int8?: PredictedSamples;
  };
}

/** Predictions of chosen samples, in their order. */
export interface PredictedSamples {
  zPred: number[];
  /** Weights, then means, then standard deviations; absent of a model without distributions. */
  mixtures?: number[][];
}

/** The recomputation of a run as a whole. */
export interface RecomputedRecord {
  /** File of the model, relative to the project. */
  model: string;
  modelSha256: string;
  /** Of its int8 form, where one is deployed. */
  int8Sha256?: string;
  samples: number;
  /** Wall time of reading and predicting. */
  durationMs: number;
}

export const truthOf = ({ evidence }: Pick<RunRecord, 'evidence'>) =>
  (evidence[TRUTH] ?? []) as readonly TruthRecord[];

export const recomputedOf = ({ evidence }: Pick<RunRecord, 'evidence'>) =>
  ((evidence[RECOMPUTED] ?? []) as readonly RecomputedRecord[])[0];

/** Redshifts of the samples of each partition that has them. */
export function redshiftsByPartition(record: Pick<RunRecord, 'evidence'>): Map<string, readonly number[]> {
  return new Map(truthOf(record).flatMap(({ key, redshifts }) => (redshifts ? [[key, redshifts]] : [])));
}
