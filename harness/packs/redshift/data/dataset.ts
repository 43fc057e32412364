/**
 * The sizes of a dataset. One sample is 20,500 bytes of model input (image float32[5,32,32] and five float32
 * magnitudes; float64 and 20,520 bytes in the original's). 1 GB is 41, 21, 14 or 11 of the published partitions.
 */
import { PARTITION_FORMATS, type PartitionFormat } from '../../../../lambdas/shared/partition/partition.ts';
import type { SurveyEffect } from './survey/effects.ts';

/** Samples of a partition of the published sizes. */
export const SAMPLES_OF_PARTITION_MB = { 25: 1_278, 50: 2_556, 75: 3_834, 100: 5_113 } as const;
export type PartitionMB = keyof typeof SAMPLES_OF_PARTITION_MB;

/** Samples of the last partition of the original's 659,817, by the size of the others. */
export const LAST_SAMPLES_OF_ORIGINAL = { 25: 369, 50: 369, 75: 369, 100: 240 } as const;

/** What the generator writes; also the ending of the files. */
export const partitionFormats = PARTITION_FORMATS;
export type { PartitionFormat };

/** One partition of a survey: samples `index * samples` up to, not including, `(index + 1) * samples`. */
export interface PartitionOptions {
  /** Any safe integer; the same seed gives the same bytes on every machine and Node version. */
  seed: number;
  /** Samples of the partition; give this or `partitionMB`. */
  samples?: number;
  partitionMB?: PartitionMB;
  /** Which partition of the survey, from 0. Default 0. */
  index?: number;
  /** First sample, instead of `index * samples`. */
  first?: number;
  format: PartitionFormat;
  /** What makes some of the samples hard. Default none. */
  effects?: readonly SurveyEffect[];
  /** Stores magnitudes as float64, as the original's `.pt` partitions do. Only for the format `pt`. */
  float64Magnitudes?: boolean;
}

export interface DatasetOptions {
  seed: number;
  samples?: number;
  partitionMB?: PartitionMB;
  /** Number of files: `1.pt`, `2.pt`, ... */
  count: number;
  format: PartitionFormat;
  effects?: readonly SurveyEffect[];
  /** As the original's data: float64 magnitudes, and a last partition of LAST_SAMPLES_OF_ORIGINAL. */
  like?: 'original';
  /** Folder for the files; created when missing. */
  outDir: string;
  /** Stops between chunks; the file in progress is removed, finished files stay. */
  signal?: AbortSignal;
}

/** Sent after every chunk (about 1 MB of samples). */
export interface DatasetProgress {
  /** Files complete so far, and in all. */
  files: number;
  fileCount: number;
  /** Samples written so far, and in all. */
  samples: number;
  sampleCount: number;
  /** Bytes written so far. */
  sizeBytes: number;
}

/** A file that was written. */
export interface WrittenPartition {
  path: string;
  samples: number;
  sizeBytes: number;
}
