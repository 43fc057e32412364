/**
 * A partition as torch's zip serialization: `torch.load(path, weights_only=False)` gives a
 * `TensorDataset(images float32[N,5,32,32], magnitudes float32[N,5], redshifts float32[N])`.
 */
import { BANDS, IMAGE_FLOATS } from '../../lambdas/shared/partition/partition.ts';
import type { ByteSink } from './byte-sink.ts';
import { StoredZip } from './stored-zip.ts';
import { type Survey, UNITS } from './survey/survey.ts';
import { tensorDatasetPickle } from './torch-pickle.ts';

/** Samples generated between two writes: 1 MB. */
const CHUNK_SAMPLES = 51;
const FOLDER = 'partition';

/** Called between chunks with the samples done; may throw to stop. */
export type OnChunk = (samplesDone: number, sizeBytes: number) => void;

/** Writes samples `first` to `first + samples` of the survey; images stream, labels are held (24 bytes a sample). */
export async function writePt(
  survey: Survey,
  first: number,
  samples: number,
  sink: ByteSink,
  onChunk: OnChunk,
): Promise<void> {
  const zip = new StoredZip(sink);
  const magnitudes = new Float32Array(samples * BANDS.length);
  const redshifts = new Float32Array(samples);
  await zip.add(`${FOLDER}/data.pkl`, tensorDatasetPickle(samples));
  await zip.add(`${FOLDER}/byteorder`, Buffer.from('little'));
  await zip.begin(`${FOLDER}/data/0`);
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
      toFloats(observation.magnitudes, UNITS.magnitude, magnitudes, (done + i) * BANDS.length);
      redshifts[done + i] = observation.redshift / UNITS.redshift;
    }
    await writing;
    done += count;
    onChunk(done, zip.sizeBytes);
    writing = zip.append(bytesOf(images.subarray(0, count * IMAGE_FLOATS)));
    // Awaited on the next turn; until then a failure must not count as unhandled.
    writing.catch(() => {});
  }
  await writing;
  await zip.end();
  await zip.add(`${FOLDER}/data/1`, bytesOf(magnitudes));
  await zip.add(`${FOLDER}/data/2`, bytesOf(redshifts));
  await zip.add(`${FOLDER}/version`, Buffer.from('3\n'));
  await zip.finish();
}

/** Whole units as floats. Division, as a reader of the decimal text would round, not multiplication by 1e-4. */
function toFloats(units: Int32Array, perOne: number, target: Float32Array, at: number): void {
  for (let i = 0; i < units.length; i++) target[at + i] = units[i]! / perOne;
}

const bytesOf = (values: Float32Array) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
