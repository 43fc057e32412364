import type { ByteSink } from './byte-sink.ts';
import type { OnChunk } from './sample-stream.ts';
import type { Survey } from './survey/survey.ts';

/** What a writer of any format needs. */
interface PartitionToWrite {
  survey: Survey;
  seed: number;
  /** First sample of the survey, and how many. */
  first: number;
  samples: number;
  /** Only a `.pt` partition stores magnitudes as float64. */
  float64Magnitudes: boolean;
  sink: ByteSink;
  onChunk: OnChunk;
}

/** Writes one partition front to back; memory does not grow with its images. */
export type WritePartition = (partition: PartitionToWrite) => Promise<void>;
