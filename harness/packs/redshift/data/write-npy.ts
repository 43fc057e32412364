/** A partition as one structured NumPy array of N records (image, magnitude, redshift). */
import { BANDS, IMAGE_FLOATS, IMAGE_SIDE_PX } from '../../../../lambdas/shared/partition/partition.ts';
import { npyHeader } from './npy-header.ts';
import type { WritePartition } from './partition-writer.ts';
import { streamSamples } from './sample-stream.ts';

const DESCR = `[('image', '<f4', (${BANDS.length}, ${IMAGE_SIDE_PX}, ${IMAGE_SIDE_PX})), ('magnitude', '<f4', (${BANDS.length},)), ('redshift', '<f4')]`;
const RECORD_FLOATS = IMAGE_FLOATS + BANDS.length + 1;

export const writeNpy: WritePartition = async ({ survey, first, samples, sink, onChunk }) => {
  const header = npyHeader(DESCR, [samples]);
  await sink.write(header);
  await streamSamples(
    survey,
    first,
    samples,
    ({ offset, count, images, labels }) => {
      const records = new Float32Array(count * RECORD_FLOATS);
      for (let i = 0; i < count; i++) {
        const at = i * RECORD_FLOATS;
        const sample = offset + i;
        records.set(images.subarray(i * IMAGE_FLOATS, (i + 1) * IMAGE_FLOATS), at);
        records.set(
          labels.magnitudes.subarray(sample * BANDS.length, (sample + 1) * BANDS.length),
          at + IMAGE_FLOATS,
        );
        records[at + RECORD_FLOATS - 1] = labels.redshifts[sample]!;
      }
      return sink.write(new Uint8Array(records.buffer));
    },
    (done) => onChunk(done, header.length + 4 * RECORD_FLOATS * done),
  );
};
