import { IMAGE_FLOATS } from '../../../../lambdas/shared/partition/partition.ts';
import type { WritePartition } from './partition-writer.ts';
import { bytesOf, streamSamples } from './sample-stream.ts';

/** Writes `header`, then all images, all magnitudes and all redshifts as they lie in memory. */
export async function writeContiguous(
  header: Uint8Array,
  { survey, first, samples, sink, onChunk }: Parameters<WritePartition>[0],
): Promise<void> {
  await sink.write(header);
  const { magnitudes, redshifts } = await streamSamples(
    survey,
    first,
    samples,
    ({ images }) => sink.write(bytesOf(images)),
    (done) => onChunk(done, header.length + 4 * IMAGE_FLOATS * done),
  );
  await sink.write(bytesOf(magnitudes));
  await sink.write(bytesOf(redshifts));
}
