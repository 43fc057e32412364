/**
 * An ONNX network in memory. Inputs: `image` float32[N,5,32,32] and `magnitude` float32[N,5]; output: `redshift`
 * float32[N,1], the contract of AstroMAE.
 */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { BANDS, IMAGE_FLOATS, IMAGE_SIDE_PX } from '../shared/partition/partition.ts';
import { PipelineError } from '../shared/pipeline-error.ts';

/**
 * Samples per run of the network: at 16 a matrix of AstroMAE's tokens (209 kB) and what becomes of it fit into a core's
 * second-level cache. 8 and 64 are slower (test/bench, inference); the small model does not care.
 */
export const INNER_BATCH = 16;

export interface Session {
  /** Redshifts of `count` samples, INNER_BATCH at a time. */
  predict(images: Float32Array, magnitudes: Float32Array, count: number): Promise<Float32Array<ArrayBuffer>>;
}

/** Loads `file`, which errors call `name`. Errors: `PipelineError.ModelContract`. */
export async function openSession(file: string, threads: number, name: string): Promise<Session> {
  const session = await InferenceSession.create(file, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    // Idle threads must not spin: functions share the machine's cores, and Lambda bills none of it to us.
    extra: { session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } } },
  }).catch((cause: Error) => {
    throw new PipelineError('ModelContract', `${name} is no usable ONNX model: ${cause.message}`);
  });
  requireContract(session, name);
  return {
    async predict(images, magnitudes, count) {
      const redshifts = new Float32Array(count);
      for (let at = 0; at < count; at += INNER_BATCH) {
        const end = Math.min(at + INNER_BATCH, count);
        const outputs = await session.run({
          image: new Tensor('float32', images.subarray(at * IMAGE_FLOATS, end * IMAGE_FLOATS), [
            end - at,
            BANDS.length,
            IMAGE_SIDE_PX,
            IMAGE_SIDE_PX,
          ]),
          magnitude: new Tensor('float32', magnitudes.subarray(at * BANDS.length, end * BANDS.length), [
            end - at,
            BANDS.length,
          ]),
        });
        redshifts.set(redshiftsOf(outputs['redshift']!, end - at, name), at);
      }
      return redshifts;
    },
  };
}

function redshiftsOf(redshift: Tensor, count: number, name: string): Float32Array {
  if (redshift.type === 'float32' && redshift.size === count) return redshift.data as Float32Array;
  throw new PipelineError(
    'ModelContract',
    `${name} answered redshift ${redshift.type}[${redshift.dims}], expected float32[${count},1]`,
  );
}

function requireContract(session: InferenceSession, name: string): void {
  const inputs = [...session.inputNames].sort().join(', ');
  if (inputs === 'image, magnitude' && session.outputNames.includes('redshift')) return;
  throw new PipelineError(
    'ModelContract',
    `${name} takes (${inputs}) and answers (${session.outputNames.join(', ')}), expected (image, magnitude) -> redshift`,
  );
}
