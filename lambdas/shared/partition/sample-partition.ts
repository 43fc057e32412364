/**
 * A partition made of three arrays: images, magnitudes and, when there are any, redshifts, whatever format they
 * are stored in. Owns: which array is which, the shapes they must have, and their reading batch by batch.
 */
import { requireFinite } from './finite.ts';
import { adaptArrays, type Imaging } from './imaging.ts';
import { BANDS, IMAGE_SIDE_PX, type Partition, PartitionError, type SampleBatch } from './partition.ts';
import { readAhead } from './read-ahead.ts';
import { elementCount, type StoredArray } from './stored-array.ts';

const SAMPLE_SHAPES = {
  images: [BANDS.length, IMAGE_SIDE_PX, IMAGE_SIDE_PX],
  magnitudes: [BANDS.length],
  redshifts: [],
} as const;
export type Role = keyof typeof SAMPLE_SHAPES;
export const ROLES = Object.keys(SAMPLE_SHAPES) as Role[];

/** Names under which files in the wild keep each array. */
const ROLE_NAMES: Record<Role, readonly string[]> = {
  images: ['images', 'image'],
  magnitudes: ['magnitudes', 'magnitude', 'mags', 'mag'],
  redshifts: ['redshifts', 'redshift', 'z'],
};

export type SampleArrays = { images: StoredArray; magnitudes: StoredArray; redshifts?: StoredArray };

/** What is stored for each role, by the names it may have. `get` answers undefined for a name that is not there. */
export function rolesByName<T>(get: (name: string) => T | undefined): Partial<Record<Role, T>> {
  const found: Partial<Record<Role, T>> = {};
  for (const role of ROLES) {
    for (const name of ROLE_NAMES[role]) {
      const value = get(name);
      if (value === undefined) continue;
      found[role] = value;
      break;
    }
  }
  return found;
}

/** The arrays, if images and magnitudes are there. `names` is what the file holds instead. @throws PartitionError */
export function requireRoles(
  file: string,
  found: Partial<Record<Role, StoredArray>>,
  names: readonly string[],
): SampleArrays {
  for (const role of ROLES) {
    if (found[role] || role === 'redshifts') continue;
    const holds = names.length === 0 ? 'nothing' : names.slice(0, 8).join(', ').slice(0, 200);
    throw new PartitionError('Malformed', `${file}: it holds no ${role}, but ${holds}`);
  }
  return found as SampleArrays;
}

/** The partition, once every array has the shape it must have. @throws PartitionError */
export function samplePartition(
  format: Partition['format'],
  file: string,
  stored: SampleArrays,
  imaging?: Imaging,
): Partition {
  const arrays = adaptArrays(file, stored, imaging);
  const samples = checkShapes(file, arrays);
  return {
    format,
    samples,
    hasRedshifts: arrays.redshifts !== undefined,
    sampleBits: 8 * (arrays.images.rowBytes + arrays.magnitudes.rowBytes),
    batches: (batchSize, first = 0) => ({
      [Symbol.asyncIterator]: () => batches(file, arrays, samples, batchSize, first),
    }),
    ...(HAS_RANDOM_ROWS.has(format) ? { redshifts: () => allRedshifts(arrays, samples) } : {}),
  };
}

/** Formats whose arrays lie apart, each row at a place of its own. */
const HAS_RANDOM_ROWS: ReadonlySet<Partition['format']> = new Set(['pt', 'safetensors', 'hdf5']);

async function allRedshifts(arrays: SampleArrays, samples: number): Promise<Float32Array | undefined> {
  const reader = await arrays.redshifts?.open();
  try {
    return await reader?.rows(0, samples);
  } finally {
    reader?.close?.();
  }
}

async function* batches(
  file: string,
  arrays: SampleArrays,
  samples: number,
  batchSize: number,
  first: number,
): AsyncGenerator<SampleBatch, void, undefined> {
  if (!Number.isSafeInteger(batchSize) || batchSize < 1)
    throw new RangeError(`batch size ${batchSize} is not a positive integer`);
  const images = await arrays.images.open();
  const magnitudes = await arrays.magnitudes.open();
  const redshifts = await arrays.redshifts?.open();
  async function load(index: number): Promise<SampleBatch | undefined> {
    const offset = first + index * batchSize;
    const count = Math.min(batchSize, samples - offset);
    if (count <= 0) return undefined;
    const [image, magnitude, redshift] = await Promise.all([
      images.rows(offset, count),
      magnitudes.rows(offset, count),
      redshifts?.rows(offset, count),
    ]);
    const batch = {
      offset,
      count,
      images: image,
      magnitudes: magnitude,
      ...(redshift && { redshifts: redshift }),
    };
    requireFinite(batch, file);
    return batch;
  }
  try {
    for await (const batch of readAhead(load)) {
      yield batch;
      // The next batch has been asked for: this one is nobody's any more.
      images.release?.(batch.images);
    }
  } finally {
    for (const reader of [images, magnitudes, redshifts]) reader?.close?.();
  }
}

/** The number of samples, once every array has it and the shape it must have. */
function checkShapes(file: string, arrays: SampleArrays): number {
  const samples = arrays.images.shape[0] ?? 0;
  for (const role of ROLES) {
    const array = arrays[role];
    if (!array) continue;
    const [rows, ...rest] = array.shape;
    const expected = SAMPLE_SHAPES[role];
    // Labels come as [N] or [N, 1].
    const fits =
      role === 'redshifts'
        ? elementCount(rest) === 1
        : rest.length === expected.length && expected.every((size, d) => rest[d] === size);
    if (!fits || rows === undefined) {
      throw new PartitionError(
        'WrongShape',
        `${file}: its ${role} have shape [${array.shape.join(', ')}], expected [${['N', ...expected].join(', ')}]${role === 'redshifts' ? '' : '; describe other bands or sizes with "imaging"'}`,
      );
    }
    if (rows !== samples) {
      throw new PartitionError('WrongShape', `${file}: it holds ${samples} images but ${rows} ${role}`);
    }
  }
  if (samples === 0) throw new PartitionError('Empty', `${file}: it holds no samples`);
  return samples;
}
