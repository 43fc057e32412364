/**
 * A partition as torch's zip serialization: `torch.load(path, weights_only=False)` gives a
 * `TensorDataset(images float32[N,5,32,32], magnitudes float32 or float64[N,5], redshifts float32[N])`.
 */
import type { WritePartition } from './partition-writer.ts';
import { bytesOf, streamSamples } from './sample-stream.ts';
import { StoredZip } from './stored-zip.ts';
import { tensorDatasetPickle } from './torch-pickle.ts';

const FOLDER = 'partition';

export const writePt: WritePartition = async ({
  survey,
  first,
  samples,
  float64Magnitudes,
  sink,
  onChunk,
}) => {
  const zip = new StoredZip(sink);
  await zip.add(`${FOLDER}/data.pkl`, tensorDatasetPickle(samples, float64Magnitudes));
  await zip.add(`${FOLDER}/byteorder`, Buffer.from('little'));
  await zip.begin(`${FOLDER}/data/0`);
  const { magnitudes, redshifts } = await streamSamples(
    survey,
    first,
    samples,
    ({ images }) => zip.append(bytesOf(images)),
    (done) => onChunk(done, zip.sizeBytes),
    float64Magnitudes,
  );
  await zip.end();
  await zip.add(`${FOLDER}/data/1`, bytesOf(magnitudes));
  await zip.add(`${FOLDER}/data/2`, bytesOf(redshifts));
  await zip.add(`${FOLDER}/version`, Buffer.from('3\n'));
  await zip.finish();
};
