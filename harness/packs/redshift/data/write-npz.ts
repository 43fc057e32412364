/** A partition as `numpy.savez` writes it: `numpy.load(path)` gives images, magnitudes and redshifts. */
import { BANDS, IMAGE_SIDE_PX } from '../../../../lambdas/shared/partition/partition.ts';
import { npyHeader } from './npy-header.ts';
import type { WritePartition } from './partition-writer.ts';
import { bytesOf, streamSamples } from './sample-stream.ts';
import { StoredZip } from './stored-zip.ts';

export const writeNpz: WritePartition = async ({ survey, first, samples, sink, onChunk }) => {
  const zip = new StoredZip(sink);
  await zip.begin('images.npy');
  await zip.append(npyHeader("'<f4'", [samples, BANDS.length, IMAGE_SIDE_PX, IMAGE_SIDE_PX]));
  const { magnitudes, redshifts } = await streamSamples(
    survey,
    first,
    samples,
    ({ images }) => zip.append(bytesOf(images)),
    (done) => onChunk(done, zip.sizeBytes),
  );
  await zip.end();
  await zip.add(
    'magnitudes.npy',
    Buffer.concat([npyHeader("'<f4'", [samples, BANDS.length]), bytesOf(magnitudes)]),
  );
  await zip.add('redshifts.npy', Buffer.concat([npyHeader("'<f4'", [samples]), bytesOf(redshifts)]));
  await zip.finish();
};
