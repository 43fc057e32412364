/** The survey's samples as floats, chunk by chunk: what every binary format is written from. */
import { BANDS, IMAGE_FLOATS } from '../../../../lambdas/shared/partition/partition.ts';
import { type Survey, UNITS } from './survey/survey.ts';

/** Samples generated between two writes: 1 MB. */
const CHUNK_SAMPLES = 51;

/** Called between chunks with the samples done; may throw to stop. */
export type OnChunk = (samplesDone: number, sizeBytes: number) => void;

/** Labels of all samples, which are small enough to be held (24 bytes a sample). */
export interface Labels {
  /** [N, 5] */
  magnitudes: Float32Array | Float64Array;
  /** [N] */
  redshifts: Float32Array;
}

/** One chunk; `images` is reused after the next but one. */
export interface SampleChunk {
  /** Index of its first sample within the partition. */
  offset: number;
  count: number;
  /** [count, 5, 32, 32] */
  images: Float32Array;
  /** Filled up to this chunk's end. */
  labels: Labels;
}

/**
 * Samples `first` to `first + samples`, each chunk handed to `write` while the next one is generated.
 * `onChunk` is called before each write and may throw to stop.
 * @returns the labels of all samples.
 */
export async function streamSamples(
  survey: Survey,
  first: number,
  samples: number,
  write: (chunk: SampleChunk) => Promise<void>,
  onChunk: (samplesDone: number) => void,
  float64Magnitudes = false,
): Promise<Labels> {
  const labels = {
    magnitudes: new (float64Magnitudes ? Float64Array : Float32Array)(samples * BANDS.length),
    redshifts: new Float32Array(samples),
  };
  // Two buffers in turn: one is filled while the other is being written.
  const buffers = [
    new Float32Array(CHUNK_SAMPLES * IMAGE_FLOATS),
    new Float32Array(CHUNK_SAMPLES * IMAGE_FLOATS),
  ] as const;
  let writing: Promise<void> = Promise.resolve();
  for (let done = 0, turn = 0; done < samples; turn ^= 1) {
    const images = buffers[turn as 0 | 1];
    const count = Math.min(CHUNK_SAMPLES, samples - done);
    for (let i = 0; i < count; i++) {
      const observation = survey.observe(first + done + i);
      toFloats(observation.pixels, UNITS.pixel, images, i * IMAGE_FLOATS);
      toFloats(observation.magnitudes, UNITS.magnitude, labels.magnitudes, (done + i) * BANDS.length);
      labels.redshifts[done + i] = observation.redshift / UNITS.redshift;
    }
    await writing;
    onChunk(done + count);
    writing = write({ offset: done, count, images: images.subarray(0, count * IMAGE_FLOATS), labels });
    // Awaited on the next turn; until then a failure must not count as unhandled.
    writing.catch(() => {});
    done += count;
  }
  await writing;
  return labels;
}

/** Whole units as floats. Division, as a reader of the decimal text would round, not multiplication by 1e-4. */
function toFloats(units: Int32Array, perOne: number, target: Float32Array | Float64Array, at: number): void {
  for (let i = 0; i < units.length; i++) target[at + i] = units[i]! / perOne;
}

/** The bytes of floats, little-endian as every machine that runs Node is. */
export const bytesOf = (values: Float32Array | Float64Array): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
