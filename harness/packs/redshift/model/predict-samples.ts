/** Runs an .onnx model over a partition file, outside any Lambda: to check and to compare models. */
import type { InferenceSession } from 'onnxruntime-node';
import { openPartition } from '../../../../lambdas/shared/partition/open-partition.ts';
import {
  IMAGE_FLOATS,
  type Partition,
  PartitionError,
} from '../../../../lambdas/shared/partition/partition.ts';
import { ExitCode, HarnessError } from '../../../core/errors.ts';
import { openFileAccess } from '../data/file-access.ts';
import { loadOnnxruntime } from './load-onnxruntime.ts';

export interface Predictions {
  /** Redshifts as the model has them. */
  predicted: Float32Array;
  /** True redshifts, when the partition has them. */
  true?: Float32Array;
}

const BATCH = 64;

/** Redshifts of the samples of the partition `file`, of the first `limit` when given. HarnessError, exit code 2, for a bad model or partition. */
export async function predictSamples(
  model: Uint8Array | string,
  file: string,
  limit = Number.POSITIVE_INFINITY,
): Promise<Predictions> {
  const { Tensor } = await loadOnnxruntime();
  const session = await createSession(model);
  const access = await openFileAccess(file).catch((error: Error) => {
    throw unusable(file, error);
  });
  let partition: Partition | undefined;
  try {
    partition = await openPartition(access);
    const samples = Math.min(partition.samples, limit);
    const predicted = new Float32Array(samples);
    const known = partition.hasRedshifts ? new Float32Array(samples) : undefined;
    for await (const batch of partition.batches(Math.min(BATCH, samples))) {
      const { offset, images, magnitudes, redshifts } = batch;
      if (offset >= samples) break;
      const count = Math.min(batch.count, samples - offset);
      const { redshift } = await session.run({
        image: new Tensor('float32', images.subarray(0, count * IMAGE_FLOATS), [count, 5, 32, 32]),
        magnitude: new Tensor('float32', magnitudes.subarray(0, count * 5), [count, 5]),
      });
      predicted.set(redshift!.data as Float32Array, offset);
      if (redshifts) known?.set(redshifts.subarray(0, count), offset);
    }
    return { predicted, ...(known ? { true: known } : {}) };
  } catch (error) {
    if (error instanceof PartitionError) throw unusable(file, error);
    throw error;
  } finally {
    partition?.close?.();
    await access.close();
    await session.release();
  }
}

/** @throws HarnessError `bad-model`, exit code 2 */
export async function createSession(model: Uint8Array | string): Promise<InferenceSession> {
  const { InferenceSession } = await loadOnnxruntime();
  const options = { graphOptimizationLevel: 'all', logSeverityLevel: 3 } as const;
  const session = await (typeof model === 'string'
    ? InferenceSession.create(model, options)
    : InferenceSession.create(model, options)
  ).catch((cause: Error) => {
    throw new HarnessError('bad-model', `it is no usable model: ${cause.message}`, {
      exitCode: ExitCode.inputWrong,
      ...(typeof model === 'string' ? { location: { file: model } } : {}),
      cause,
    });
  });
  const inputs = [...session.inputNames].sort().join(', ');
  if (inputs === 'image, magnitude' && session.outputNames.includes('redshift')) return session;
  throw new HarnessError(
    'bad-model',
    `it takes (${inputs}) and answers (${session.outputNames.join(', ')}), expected (image, magnitude) -> redshift`,
    { exitCode: ExitCode.inputWrong, ...(typeof model === 'string' ? { location: { file: model } } : {}) },
  );
}

function unusable(file: string, cause: Error): HarnessError {
  return new HarnessError('bad-partition', cause.message.replace(`${file}: `, ''), {
    exitCode: ExitCode.inputWrong,
    location: { file },
    cause,
  });
}
