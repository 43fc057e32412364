/**
 * Runs the model over one partition, CALL_SAMPLES at a time whatever the payload's batch_size says: so memory stays
 * bounded and every thread of the model has work. Figures are kept per batch of batch_size, so they compare with the
 * original's.
 */
import { BANDS, IMAGE_FLOATS, type Partition, type SampleBatch } from '../shared/partition/partition.ts';
import { PipelineError } from '../shared/pipeline-error.ts';
import { BatchClock } from './batch-clock.ts';
import type { Model } from './model.ts';
import { CALL_SAMPLES } from './session-pool.ts';

/** Samples asked of the partition at once. */
const READ_BATCH = 256;

export interface PartitionPredictions {
  dataPath: string;
  zPred: Float32Array;
  /** Absent when the partition has no redshifts. */
  zTrue?: Float32Array;
  /** [samples, 5], AB magnitudes. */
  magnitudes: Float32Array;
  /** [samples, 3, K]; absent when the model has no such output. */
  mixtures?: Float32Array;
  /** Seconds in the model, per batch of batch_size. Their sum is wall time: threads at work at once share it. */
  batchSeconds: number[];
  /** Seconds for which the model had to wait for samples: reading and parsing that nothing hid. */
  iterationS: number;
}

/** Predicts every sample. `dataPath` is what error messages call the partition. */
export async function predictPartition(
  partition: Partition,
  model: Pick<Model, 'predict' | 'ahead'>,
  batchSize: number,
  dataPath: string,
): Promise<PartitionPredictions> {
  const zPred = new Float32Array(partition.samples);
  const magnitudes = new Float32Array(partition.samples * BANDS.length);
  let mixtures: Float32Array | undefined;
  const zTrue = partition.hasRedshifts ? new Float32Array(partition.samples) : undefined;
  const clock = new BatchClock(Math.ceil(partition.samples / batchSize), () => performance.now() / 1000);
  const predict = async (batch: SampleBatch, at: number, count: number) => {
    const sample = batch.offset + at;
    const index = Math.floor(sample / batchSize);
    clock.begin(index);
    try {
      const predicted = await model.predict(
        batch.images.subarray(at * IMAGE_FLOATS, (at + count) * IMAGE_FLOATS),
        batch.magnitudes.subarray(at * 5, (at + count) * 5),
        count,
      );
      requireFinite(predicted.redshifts, sample, dataPath);
      zPred.set(predicted.redshifts, sample);
      if (predicted.mixtures) {
        const perSample = predicted.mixtures.length / count;
        mixtures ??= new Float32Array(partition.samples * perSample);
        mixtures.set(predicted.mixtures, sample * perSample);
      }
    } finally {
      clock.end(index);
    }
  };
  const calls = new Set<Promise<void>>();
  let failure: unknown;
  try {
    // The partition parses the next batch while the model works on this one.
    for await (const batch of partition.batches(READ_BATCH)) {
      if (batch.redshifts) zTrue?.set(batch.redshifts, batch.offset);
      magnitudes.set(batch.magnitudes.subarray(0, batch.count * BANDS.length), batch.offset * BANDS.length);
      for (let at = 0; at < batch.count; ) {
        const untilBatchEnds = batchSize - ((batch.offset + at) % batchSize);
        const count = Math.min(CALL_SAMPLES, batch.count - at, untilBatchEnds);
        const call = predict(batch, at, count)
          .catch((error) => {
            failure ??= error;
          })
          .finally(() => calls.delete(call));
        calls.add(call);
        at += count;
        while (calls.size > model.ahead) await Promise.race(calls);
        if (failure !== undefined) throw failure;
      }
    }
  } finally {
    // Nothing may still be at work when the partition is done or given up.
    await Promise.all(calls);
  }
  if (failure !== undefined) throw failure;
  return {
    dataPath,
    zPred,
    magnitudes,
    ...(zTrue ? { zTrue } : {}),
    ...(mixtures ? { mixtures } : {}),
    batchSeconds: clock.seconds,
    iterationS: clock.idleS,
  };
}

function requireFinite(redshifts: Float32Array, firstSample: number, dataPath: string): void {
  const bad = redshifts.findIndex((z) => !Number.isFinite(z));
  if (bad === -1) return;
  throw new PipelineError(
    'NonFinitePrediction',
    `the model answered ${redshifts[bad]} for sample ${firstSample + bad} of ${dataPath}`,
  );
}
