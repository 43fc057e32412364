/**
 * An array of N rows within a file, as the readers of every format present it. Owns: rows of contiguous arrays
 * and fields of records, read range by range. Does not own: where a format keeps them.
 */
import { type Dtype, elementReader, ITEM_BYTES, toFloat32 } from './dtype.ts';
import { PartitionError, type RandomAccess } from './partition.ts';

export interface RowReader {
  /** Rows `start` to `start + count` as float32, row-major. Ask in order. @throws PartitionError */
  rows(start: number, count: number): Promise<Float32Array>;
  /** Says that nobody will look again at what `rows` answered. */
  release?(rows: Float32Array): void;
  /** Lets go of what the reader holds; rows cannot be asked for any more. */
  close?(): void;
}

export interface StoredArray {
  /** [N, ...] */
  shape: readonly number[];
  /** Bytes of one row as stored. */
  rowBytes: number;
  /** Whether it was put together from a column per band, in the model's order. */
  isInOrder?: boolean;
  /** A reader of the rows from the first. */
  open(): Promise<RowReader>;
}

/** How the elements of an array are stored. */
export interface Elements {
  dtype: Dtype;
  bigEndian: boolean;
}

/** An array that cannot be read in order is held whole up to this size. */
const RESIDENT_BYTES = 512 * 1024 * 1024;
/** One record of a table: an image of float64 and a row of catalogue are 41 kB. */
const MAX_RECORD_BYTES = 1024 * 1024;

/** Number of elements of a shape. */
export function elementCount(shape: readonly number[]): number {
  let count = 1;
  for (const size of shape) count *= size;
  return count;
}

/** Rows that follow each other from `offsetBytes` on. */
export function contiguousArray(
  source: RandomAccess,
  offsetBytes: number,
  shape: readonly number[],
  { dtype, bigEndian }: Elements,
): StoredArray {
  const rowBytes = elementCount(shape.slice(1)) * ITEM_BYTES[dtype];
  return {
    shape,
    rowBytes,
    open: async () => ({
      async rows(start, count) {
        const bytes = await source.read(offsetBytes + start * rowBytes, count * rowBytes);
        return toFloat32(dtype, bytes, bigEndian);
      },
      release: (rows) => source.release?.(rows.buffer),
    }),
  };
}

/** A dense array whose first dimension turns fastest (Fortran order). It is held whole while it is read. */
export function fortranArray(
  source: RandomAccess,
  offsetBytes: number,
  shape: readonly number[],
  { dtype, bigEndian }: Elements,
): StoredArray {
  const sizeBytes = elementCount(shape) * ITEM_BYTES[dtype];
  return {
    shape,
    rowBytes: elementCount(shape.slice(1)) * ITEM_BYTES[dtype],
    async open() {
      if (sizeBytes > RESIDENT_BYTES) {
        throw new PartitionError(
          'TooLarge',
          `${source.name}: its ${sizeBytes.toLocaleString('en')} bytes in Fortran order cannot be read row by row; save them in C order`,
        );
      }
      const read = elementReader(dtype, await source.read(offsetBytes, sizeBytes), bigEndian);
      return { rows: async (start, count) => gatherFortran(read, shape, start, count) };
    },
  };
}

function gatherFortran(
  read: (index: number) => number,
  shape: readonly number[],
  start: number,
  count: number,
): Float32Array {
  const rows = shape[0] ?? 0;
  const inner = shape.slice(1);
  const rowElements = elementCount(inner);
  const values = new Float32Array(count * rowElements);
  // The element's place in the file, for each place in a row of C order.
  const places = new Float64Array(rowElements);
  for (let i = 0; i < rowElements; i++) {
    let rest = i;
    let place = 0;
    for (let d = inner.length - 1; d >= 0; d--) {
      place += (rest % inner[d]!) * rows * elementCount(inner.slice(0, d));
      rest = Math.floor(rest / inner[d]!);
    }
    places[i] = place;
  }
  for (let row = 0, at = 0; row < count; row++) {
    for (let i = 0; i < rowElements; i++) values[at++] = read(places[i]! + start + row);
  }
  return values;
}

/** Records of the same size, one after another. */
export interface Records {
  source: RandomAccess;
  offsetBytes: number;
  recordBytes: number;
  count: number;
}

/** A field within each record. */
export interface RecordField extends Elements {
  offsetInRecord: number;
  /** Shape within one record: [] for a scalar. */
  shape: readonly number[];
  /** What a stored element means, when it is not the value itself (FITS: zero + scale x stored, or a null). */
  decode?: (stored: number) => number;
}

/** Range reads of records, the last one kept: fields of the same rows are cut from the same bytes. */
export function recordReader(records: Records): (start: number, count: number) => Promise<Uint8Array> {
  const { source, offsetBytes, recordBytes } = records;
  let last: { start: number; count: number; bytes: Promise<Uint8Array> } | undefined;
  return (start, count) => {
    if (recordBytes > MAX_RECORD_BYTES) {
      throw new PartitionError(
        'TooLarge',
        `${source.name}: one of its records has ${recordBytes.toLocaleString('en')} bytes`,
      );
    }
    if (last?.start !== start || last.count !== count) {
      const bytes = source.read(offsetBytes + start * recordBytes, count * recordBytes);
      last = { start, count, bytes };
    }
    return last.bytes;
  };
}

/** One field of every record as an array of N rows. */
export function recordField(
  records: Records,
  read: (start: number, count: number) => Promise<Uint8Array>,
  field: RecordField,
): StoredArray {
  const { dtype, bigEndian, offsetInRecord, shape, decode } = field;
  const { recordBytes } = records;
  const perRecord = elementCount(shape);
  const fieldBytes = perRecord * ITEM_BYTES[dtype];
  return {
    shape: [records.count, ...shape],
    rowBytes: fieldBytes,
    open: async () => ({
      async rows(start, count) {
        const bytes = await read(start, count);
        const whole = fieldBytes === recordBytes;
        const packed = whole ? bytes : new Uint8Array(count * fieldBytes);
        for (let row = 0; row < count && !whole; row++) {
          const from = row * recordBytes + offsetInRecord;
          packed.set(bytes.subarray(from, from + fieldBytes), row * fieldBytes);
        }
        const values = toFloat32(dtype, packed, bigEndian);
        return decode ? values.map(decode) : values;
      },
    }),
  };
}

/** Scalars side by side, e.g. five columns of magnitudes as one array [N, 5]. */
export function stackedColumns(columns: readonly StoredArray[]): StoredArray {
  const rows = columns[0]?.shape[0] ?? 0;
  return {
    shape: [rows, columns.length],
    isInOrder: true,
    rowBytes: columns.reduce((sum, column) => sum + column.rowBytes, 0),
    async open() {
      const readers = await Promise.all(columns.map((column) => column.open()));
      return {
        async rows(start, count) {
          const parts = await Promise.all(readers.map((reader) => reader.rows(start, count)));
          const values = new Float32Array(count * parts.length);
          parts.forEach((part, c) => {
            for (let row = 0; row < count; row++) values[row * parts.length + c] = part[row]!;
          });
          return values;
        },
      };
    },
  };
}
