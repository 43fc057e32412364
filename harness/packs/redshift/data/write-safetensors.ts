/** A partition as safetensors: `safetensors.numpy.load_file(path)` gives images, magnitudes and redshifts. */
import { BANDS, IMAGE_SIDE_PX } from '../../../../lambdas/shared/partition/partition.ts';
import type { WritePartition } from './partition-writer.ts';
import { writeContiguous } from './write-contiguous.ts';

const ALIGNMENT = 64;

export const writeSafetensors: WritePartition = (partition) =>
  writeContiguous(headerOf(partition.seed, partition.first, partition.samples), partition);

/** Length, JSON and spaces up to a multiple of 64, so that the images can be used where they lie. */
function headerOf(seed: number, first: number, samples: number): Buffer {
  let position = 0;
  const tensor = (shape: number[]) => {
    const begin = position;
    position += 4 * shape.reduce((product, size) => product * size, 1);
    return { dtype: 'F32', shape, data_offsets: [begin, position] };
  };
  const json = JSON.stringify({
    __metadata__: { survey_seed: String(seed), first_sample: String(first) },
    images: tensor([samples, BANDS.length, IMAGE_SIDE_PX, IMAGE_SIDE_PX]),
    magnitudes: tensor([samples, BANDS.length]),
    redshifts: tensor([samples]),
  });
  const padded = Math.ceil((8 + json.length) / ALIGNMENT) * ALIGNMENT - 8;
  const header = Buffer.alloc(8 + padded, ' ');
  header.writeBigUInt64LE(BigInt(padded), 0);
  header.write(json, 8, 'latin1');
  return header;
}
