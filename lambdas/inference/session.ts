/**
 * An ONNX network in memory. Inputs: `image` float32[N,5,32,32] and `magnitude` float32[N,5]; output: `redshift`
 * float32[N,1], the contract of AstroMAE. A second output may be `mixture` float32[N,3,K]: the weights, means and standard
 * deviations of a mixture of K Gaussians, the distribution of the redshift.
 */
import { readFileSync } from 'node:fs';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { BANDS, IMAGE_FLOATS, IMAGE_SIDE_PX } from '../shared/partition/partition.ts';
import { PipelineError } from '../shared/pipeline-error.ts';

/** Bytes of a core's second-level cache from which 32 samples at once are faster than 16. */
const LARGE_CACHE_BYTES = 1024 * 1024;

/**
 * Samples per run of the network: at 16 a matrix of AstroMAE's tokens (209 kB) and what becomes of it fit into a core's
 * second-level cache of 512 KiB; with 1 MiB, 32 are 4 % faster. 8 and 64 are slower (test/bench, inference); the small
 * model's speed does not depend on it. `sizeText` is what Linux says of the cache, such as `1024K`.
 */
export function innerBatchFor(sizeText = readCacheSize()): number {
  const [, digits = '0', unit] = /^(\d+)([KM]?)/.exec(sizeText) ?? [];
  const bytes = Number(digits) * (unit === 'M' ? 1024 * 1024 : unit === 'K' ? 1024 : 1);
  return bytes >= LARGE_CACHE_BYTES ? 32 : 16;
}

function readCacheSize(): string {
  try {
    return readFileSync('/sys/devices/system/cpu/cpu0/cache/index2/size', 'utf8');
  } catch {
    // Not Linux, or the virtual machine hides its caches.
    return '';
  }
}

export const INNER_BATCH = innerBatchFor();

export interface Predicted {
  /** [count] */
  redshifts: Float32Array<ArrayBuffer>;
  /** [count, 3, K]: weights, means and standard deviations of K Gaussians; absent when the model has no such output. */
  mixtures?: Float32Array<ArrayBuffer>;
}

export interface Session {
  /** Predictions for `count` samples, INNER_BATCH at a time. */
  predict(images: Float32Array, magnitudes: Float32Array, count: number): Promise<Predicted>;
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
      let mixtures: Float32Array<ArrayBuffer> | undefined;
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
        const mixture = outputs['mixture'];
        if (!mixture) continue;
        const perSample = mixtureSizeOf(mixture, end - at, name);
        mixtures ??= new Float32Array(count * perSample);
        mixtures.set(mixture.data as Float32Array, at * perSample);
      }
      return { redshifts, ...(mixtures && { mixtures }) };
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

/** Numbers per sample. */
function mixtureSizeOf(mixture: Tensor, count: number, name: string): number {
  const [samples, three, components = 0] = mixture.dims;
  const fits = mixture.dims.length === 3 && samples === count && three === 3 && components > 0;
  if (mixture.type === 'float32' && fits) return 3 * components;
  throw new PipelineError(
    'ModelContract',
    `${name} answered mixture ${mixture.type}[${mixture.dims}], expected float32[${count},3,K]`,
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
