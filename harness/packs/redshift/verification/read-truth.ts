/**
 * What a partition holds by the harness's own reading: the redshift of every sample, and the model input of a few
 * chosen ones. Functions' output is compared with it and never the other way round.
 */

import type { Imaging } from '../../../../lambdas/shared/partition/imaging.ts';
import { openPartition } from '../../../../lambdas/shared/partition/open-partition.ts';
import {
  BANDS,
  IMAGE_FLOATS,
  type Partition,
  PartitionError,
  type RandomAccess,
} from '../../../../lambdas/shared/partition/partition.ts';

/** Model input of chosen samples, in the order of `samples`. */
export interface ChosenSamples {
  /** Indices within the partition, ascending. */
  samples: number[];
  /** [count, 5, 32, 32] */
  images: Float32Array;
  /** [count, 5] */
  magnitudes: Float32Array;
}

export type PartitionTruth =
  | { samples: number; redshifts?: Float32Array; chosen: ChosenSamples }
  /** The sentence with which the reader refuses the file. */
  | { unreadable: string };

/**
 * @param choose indices of the samples whose model input is wanted, ascending
 * @param imaging of images with other bands or sizes
 */
export async function readTruth(
  source: RandomAccess,
  choose: (samples: number) => number[],
  imaging?: Imaging,
): Promise<PartitionTruth> {
  let partition: Partition | undefined;
  try {
    partition = await openPartition(source, imaging);
    const samples = choose(partition.samples);
    const chosen: ChosenSamples = {
      samples,
      images: new Float32Array(samples.length * IMAGE_FLOATS),
      magnitudes: new Float32Array(samples.length * BANDS.length),
    };
    const redshifts = partition.redshifts
      ? await readDirectly(partition, chosen)
      : await readThrough(partition, chosen);
    return { samples: partition.samples, ...(redshifts ? { redshifts } : {}), chosen };
  } catch (error) {
    if (error instanceof PartitionError) return { unreadable: error.message };
    throw error;
  } finally {
    partition?.close?.();
  }
}

/** Formats with random access: the redshifts alone, and the chosen samples one by one. */
async function readDirectly(partition: Partition, chosen: ChosenSamples): Promise<Float32Array | undefined> {
  for (const [row, sample] of chosen.samples.entries()) {
    for await (const batch of partition.batches(1, sample)) {
      keep(chosen, row, batch.images, batch.magnitudes);
      break;
    }
  }
  return partition.redshifts?.();
}

const BATCH = 64;

async function readThrough(partition: Partition, chosen: ChosenSamples): Promise<Float32Array | undefined> {
  const redshifts = partition.hasRedshifts ? new Float32Array(partition.samples) : undefined;
  let row = 0;
  for await (const { offset, count, images, magnitudes, redshifts: known } of partition.batches(BATCH)) {
    if (known) redshifts?.set(known, offset);
    for (; row < chosen.samples.length && chosen.samples[row]! < offset + count; row++) {
      const at = chosen.samples[row]! - offset;
      keep(
        chosen,
        row,
        images.subarray(at * IMAGE_FLOATS, (at + 1) * IMAGE_FLOATS),
        magnitudes.subarray(at * BANDS.length, (at + 1) * BANDS.length),
      );
    }
  }
  return redshifts;
}

function keep(chosen: ChosenSamples, row: number, image: Float32Array, magnitudes: Float32Array): void {
  chosen.images.set(image, row * IMAGE_FLOATS);
  chosen.magnitudes.set(magnitudes, row * BANDS.length);
}
