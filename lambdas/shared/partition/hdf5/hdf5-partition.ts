/**
 * An HDF5 file as a partition: datasets named images, magnitudes and redshifts (or as `sample-partition.ts` knows them
 * otherwise), or a dataset of magnitudes per band, in the root or in one group.
 */
import { magnitudeColumns, REDSHIFT_NAMES } from '../catalogue-columns.ts';
import { type Imaging, usedBands } from '../imaging.ts';
import { type Partition, PartitionError, type RandomAccess } from '../partition.ts';
import { requireRoles, rolesByName, samplePartition } from '../sample-partition.ts';
import { elementCount, type StoredArray, stackedColumns } from '../stored-array.ts';
import { type Hdf5Dataset, openHdf5File } from './hdf5-file.ts';

/** Offset of the end of the file's data in the superblock of versions 0 and 1, and of 2 and 3. */
const END_OF_FILE_AT = [40, 40, 28, 28] as const;

/** Opens an HDF5 partition. @throws PartitionError */
export async function openHdf5Partition(source: RandomAccess, imaging?: Imaging): Promise<Partition> {
  await requireComplete(source);
  const file = await openHdf5File(source);
  try {
    const named = new Map<string, Hdf5Dataset>();
    for (const dataset of file.datasets) {
      const name = dataset.path.slice(dataset.path.lastIndexOf('/') + 1).toLowerCase();
      // Of the same name in several groups the first counts: those of the root come before.
      if (!named.has(name)) named.set(name, dataset);
    }
    const arrayOf = (name: string) => {
      const dataset = named.get(name);
      return dataset && datasetArray(dataset);
    };
    const isColumn = (name: string) => {
      const shape = named.get(name)?.shape;
      return shape !== undefined && elementCount(shape.slice(1)) === 1;
    };
    const bands = magnitudeColumns(usedBands(imaging), isColumn);
    const found = rolesByName((name) => (bands?.includes(name) ? undefined : arrayOf(name)));
    if (bands) found.magnitudes ??= stackedColumns(bands.map((name) => arrayOf(name)!));
    const redshift = REDSHIFT_NAMES.map(arrayOf).find((array) => array !== undefined);
    if (redshift) found.redshifts ??= redshift;
    const arrays = requireRoles(source.name, found, file.paths);
    return { ...samplePartition('hdf5', source.name, arrays, imaging), close: () => file.close() };
  } catch (error) {
    file.close();
    throw error;
  }
}

/** A file whose end is missing is said to be incomplete before it is copied. */
async function requireComplete(source: RandomAccess): Promise<void> {
  const { name, sizeBytes } = source;
  if (sizeBytes < 48) throw new PartitionError('Truncated', `${name}: it is shorter than an HDF5 superblock`);
  const head = Buffer.from(await source.read(0, 48));
  const at = END_OF_FILE_AT[head[8]!];
  if (at === undefined)
    throw new PartitionError('Malformed', `${name}: its superblock has version ${head[8]}`);
  const end = Number(head.readBigUInt64LE(at));
  if (end <= sizeBytes) return;
  throw new PartitionError(
    'Truncated',
    `${name}: its data end at byte ${end.toLocaleString('en')}, the file has ${sizeBytes.toLocaleString('en')}; it is incomplete`,
  );
}

function datasetArray(dataset: Hdf5Dataset): StoredArray {
  const { shape, itemBytes } = dataset;
  return {
    shape,
    rowBytes: elementCount(shape.slice(1)) * itemBytes,
    open: async () => ({ rows: async (start, count) => dataset.rows(start, count) }),
  };
}
