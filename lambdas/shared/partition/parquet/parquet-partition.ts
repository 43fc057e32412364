/**
 * A Parquet file as a partition, such as a leaf of a HATS catalogue: a column `image` of lists of numbers (nested as
 * [5][32][32], or flat, band by band and row by row), magnitudes as a list or in a column per band, and a redshift.
 * The footer may give the shape of flat images as `image_shape` (`5,32,32`); otherwise they are square.
 */
import { magnitudeColumns, REDSHIFT_NAMES } from '../catalogue-columns.ts';
import { type Imaging, usedBands } from '../imaging.ts';
import { BANDS, type Partition, PartitionError, type RandomAccess } from '../partition.ts';
import { requireRoles, rolesByName, samplePartition } from '../sample-partition.ts';
import { elementCount, type StoredArray, stackedColumns } from '../stored-array.ts';
import { openParquetFile, type ParquetColumn, type ParquetFile } from './parquet-file.ts';

/** Opens a Parquet partition. @throws PartitionError */
export async function openParquetPartition(source: RandomAccess, imaging?: Imaging): Promise<Partition> {
  const file = await openParquetFile(source);
  if (file.rows === 0) throw new PartitionError('Empty', `${file.name}: it holds no samples`);
  const isScalar = (name: string) => file.columns.get(name)?.depth === 0;
  const bands = magnitudeColumns(usedBands(imaging), isScalar);
  const wanted = rolesByName((name) => (bands?.includes(name) ? undefined : file.columns.get(name)));
  const redshift = REDSHIFT_NAMES.map((name) => file.columns.get(name)).find(
    (column) => column !== undefined,
  );
  if (redshift) wanted.redshifts ??= redshift;
  const { images, magnitudes, redshifts } = wanted;
  const channels = imaging?.bands.length ?? BANDS.length;
  const found = {
    ...(images ? { images: await imageArray(file, images, channels) } : {}),
    ...(bands
      ? { magnitudes: stackedColumns(bands.map((name) => columnArray(file, file.columns.get(name)!, []))) }
      : magnitudes
        ? { magnitudes: await listArray(file, magnitudes) }
        : {}),
    ...(redshifts ? { redshifts: columnArray(file, redshifts, []) } : {}),
  };
  return samplePartition('parquet', file.name, requireRoles(file.name, found, file.names), imaging);
}

/** Nested images have the shape of their first; flat ones that of the footer, or they are square. */
async function imageArray(file: ParquetFile, column: ParquetColumn, channels: number): Promise<StoredArray> {
  if (column.depth !== 1) return listArray(file, column);
  const told = file.metadata.get('image_shape');
  if (told !== undefined) {
    const shape = told.split(/[,x ]+/).map(Number);
    if (shape.length === 3 && shape.every((size) => Number.isSafeInteger(size) && size > 0 && size <= 4096))
      return columnArray(file, column, shape);
    throw new PartitionError('Malformed', `${file.name}: its image_shape "${told.slice(0, 40)}" is no shape`);
  }
  const length = lengthsOf((await file.readGroup(column, 0))[0])[0] ?? 0;
  const side = Math.sqrt(length / channels);
  if (Number.isSafeInteger(side) && side > 0) return columnArray(file, column, [channels, side, side]);
  throw new PartitionError(
    'WrongShape',
    `${file.name}: its images are lists of ${length} numbers, which are not ${channels} square bands`,
  );
}

/** An array with the shape of its first row. */
async function listArray(file: ParquetFile, column: ParquetColumn): Promise<StoredArray> {
  return columnArray(file, column, column.depth === 0 ? [] : lengthsOf((await file.readGroup(column, 0))[0]));
}

/** Lengths of the first list, of its first list, and so on. */
function lengthsOf(value: unknown): number[] {
  return Array.isArray(value) ? [value.length, ...lengthsOf(value[0])] : [];
}

function columnArray(file: ParquetFile, column: ParquetColumn, shape: readonly number[]): StoredArray {
  const rowFloats = elementCount(shape);
  const itemBytes = column.type === 'DOUBLE' || column.type === 'INT64' ? 8 : 4;
  return {
    shape: [file.rows, ...shape],
    rowBytes: rowFloats * itemBytes,
    async open() {
      let held: { group: number; values: Float32Array } | undefined;
      const decode = async (group: number): Promise<Float32Array> => {
        if (held?.group !== group) {
          const rows = await file.readGroup(column, group);
          held = { group, values: flatten(file, column, rows, rowFloats, file.groupStarts[group]!) };
        }
        return held.values;
      };
      return {
        async rows(start, count) {
          const values = new Float32Array(count * rowFloats);
          for (let row = start; row < start + count; ) {
            const group = groupOf(file.groupStarts, row);
            const end = Math.min(start + count, file.groupStarts[group + 1]!);
            const from = file.groupStarts[group]!;
            const part = (await decode(group)).subarray((row - from) * rowFloats, (end - from) * rowFloats);
            values.set(part, (row - start) * rowFloats);
            row = end;
          }
          return values;
        },
        close: () => {
          held = undefined;
        },
      };
    },
  };
}

/** The last group that begins at or before the row. */
function groupOf(starts: readonly number[], row: number): number {
  let low = 0;
  let high = starts.length - 2;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (starts[middle]! <= row) low = middle;
    else high = middle - 1;
  }
  return low;
}

function flatten(
  file: ParquetFile,
  column: ParquetColumn,
  rows: readonly unknown[],
  rowFloats: number,
  firstRow: number,
): Float32Array {
  const values = new Float32Array(rows.length * rowFloats);
  let at = 0;
  const add = (value: unknown): void => {
    if (Array.isArray(value)) for (const one of value) add(one);
    // A null is no number: the reader says where it stands.
    else values[at++] = value === null || value === undefined ? Number.NaN : Number(value);
  };
  for (const [row, value] of rows.entries()) {
    const end = at + rowFloats;
    add(value);
    if (at === end) continue;
    throw new PartitionError(
      'WrongShape',
      `${file.name}: row ${firstRow + row} has ${at - end + rowFloats} numbers in \`${column.name}\`, expected ${rowFloats}`,
    );
  }
  return values;
}
