/**
 * Runs the model over one partition. The model is fed INNER_BATCH samples at a time whatever the payload's
 * batch_size says: that is what the processor's caches like, and memory stays bounded. Figures are kept per
 * batch of batch_size, so they compare with the original's.
 */
import type { Partition, SampleBatch } from '../shared/partition/partition.ts';
import { PipelineError } from '../shared/pipeline-error.ts';
import type { Model } from './model.ts';

/** Samples per call of the model. */
export const INNER_BATCH = 64;
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
  /** Seconds in which the partition was read and parsed (partly while the model worked). */
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
  const timing = { iterationS: 0 };
  for await (const batch of readAhead(partition.batches(READ_BATCH), timing)) {
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
  }
  return { dataPath, zPred, ...(zTrue ? { zTrue } : {}), batchSeconds, ...timing };
}

function requireFinite(redshifts: Float32Array, firstSample: number, dataPath: string): void {
  const bad = redshifts.findIndex((z) => !Number.isFinite(z));
  if (bad === -1) return;
  throw new PipelineError(
    'NonFinitePrediction',
    `the model answered ${redshifts[bad]} for sample ${firstSample + bad} of ${dataPath}`,
  );
}

/**
 * Parses the next batch while the model works on this one. A batch's arrays are valid only until the next is
 * asked for, hence the copy (10 MB a batch, some milliseconds).
 */
async function* readAhead(
  batches: AsyncIterable<SampleBatch>,
  timing: { iterationS: number },
): AsyncGenerator<SampleBatch> {
  const iterator = batches[Symbol.asyncIterator]();
  const fetch = () => {
    const startedAt = performance.now();
    const next = iterator.next().finally(() => {
      timing.iterationS += (performance.now() - startedAt) / 1000;
    });
    // A failure of the batch after this one is seen when it is waited for.
    next.catch(() => {});
    return next;
  };
  try {
    let pending = fetch();
    for (let step = await pending; !step.done; step = await pending) {
      const batch = copyOf(step.value);
      pending = fetch();
      yield batch;
    }
  } finally {
    await iterator.return?.();
  }
}

function copyOf(batch: SampleBatch): SampleBatch {
  return {
    offset: batch.offset,
    count: batch.count,
    images: batch.images.slice(0, batch.count * FLOATS_PER_IMAGE),
    magnitudes: batch.magnitudes.slice(0, batch.count * 5),
    ...(batch.redshifts ? { redshifts: batch.redshifts.slice(0, batch.count) } : {}),
  };
}
