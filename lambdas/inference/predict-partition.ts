/**
 * Runs the model over one partition. The model is fed INNER_BATCH samples at a time whatever the payload's
 * batch_size says: that is what the processor's caches like, and memory stays bounded. Figures are kept per
 * batch of batch_size, so they compare with the original's.
 */
import type { Partition } from '../shared/partition/partition.ts';
import { PipelineError } from '../shared/pipeline-error.ts';
import type { Model } from './model.ts';

/**
 * Samples per call of the model: at 16 a matrix of AstroMAE's tokens (209 kB) and what becomes of it fit into a core's
 * second-level cache. 8 and 64 are slower (test/bench, inference); the small model does not care.
 */
export const INNER_BATCH = 16;
/** Samples asked of the partition at once. */
const READ_BATCH = 256;

const FLOATS_PER_IMAGE = 5 * 32 * 32;

export interface PartitionPredictions {
  dataPath: string;
  zPred: Float32Array;
  /** Absent when the partition has no redshifts. */
  zTrue?: Float32Array;
  /** Seconds in the model, per batch of batch_size. */
  batchSeconds: number[];
  /** Seconds for which the model had to wait for samples: reading and parsing that nothing hid. */
  iterationS: number;
}

/** Predicts every sample. `name` is what error messages call the partition. */
export async function predictPartition(
  partition: Partition,
  model: Model,
  batchSize: number,
  dataPath: string,
): Promise<PartitionPredictions> {
  const zPred = new Float32Array(partition.samples);
  const zTrue = partition.hasRedshifts ? new Float32Array(partition.samples) : undefined;
  const batchSeconds = new Array<number>(Math.ceil(partition.samples / batchSize)).fill(0);
  let iterationS = 0;
  let askedAt = performance.now();
  // The partition parses the next batch while the model works on this one.
  for await (const batch of partition.batches(READ_BATCH)) {
    iterationS += (performance.now() - askedAt) / 1000;
    if (batch.redshifts) zTrue?.set(batch.redshifts, batch.offset);
    for (let at = 0; at < batch.count; ) {
      const sample = batch.offset + at;
      const untilBatchEnds = batchSize - (sample % batchSize);
      const count = Math.min(INNER_BATCH, batch.count - at, untilBatchEnds);
      const startedAt = performance.now();
      const redshifts = await model.predict(
        batch.images.subarray(at * FLOATS_PER_IMAGE, (at + count) * FLOATS_PER_IMAGE),
        batch.magnitudes.subarray(at * 5, (at + count) * 5),
        count,
      );
      batchSeconds[Math.floor(sample / batchSize)]! += (performance.now() - startedAt) / 1000;
      requireFinite(redshifts, sample, dataPath);
      zPred.set(redshifts, sample);
      at += count;
    }
    askedAt = performance.now();
  }
  return { dataPath, zPred, ...(zTrue ? { zTrue } : {}), batchSeconds, iterationS };
}

function requireFinite(redshifts: Float32Array, firstSample: number, dataPath: string): void {
  const bad = redshifts.findIndex((z) => !Number.isFinite(z));
  if (bad === -1) return;
  throw new PipelineError(
    'NonFinitePrediction',
    `the model answered ${redshifts[bad]} for sample ${firstSample + bad} of ${dataPath}`,
  );
}
