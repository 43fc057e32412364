/** Element types of stored arrays and their exact or rounded conversion to float32. */

export type Dtype =
  | 'float32'
  | 'float64'
  | 'float16'
  | 'bfloat16'
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'bool';

export const ITEM_BYTES: Readonly<Record<Dtype, number>> = {
  float32: 4,
  float64: 8,
  float16: 2,
  bfloat16: 2,
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  int64: 8,
  uint64: 8,
  bool: 1,
};

/** Storage classes as a pickle names them (`torch.FloatStorage`). */
export const DTYPE_OF_STORAGE: Readonly<Record<string, Dtype | 'untyped'>> = {
  FloatStorage: 'float32',
  DoubleStorage: 'float64',
  HalfStorage: 'float16',
  BFloat16Storage: 'bfloat16',
  CharStorage: 'int8',
  ByteStorage: 'uint8',
  ShortStorage: 'int16',
  IntStorage: 'int32',
  LongStorage: 'int64',
  BoolStorage: 'bool',
  UntypedStorage: 'untyped',
};

/** Reads element `index` (not a byte offset) as a number; int64 beyond 2^53 is rounded. */
export type ElementReader = (index: number) => number;

/** binary16 to number: 65,536 values, tabulated at first use. */
let halfTable: Float32Array | undefined;

function halfValues(): Float32Array {
  if (halfTable) return halfTable;
  const table = new Float32Array(65_536);
  for (let bits = 0; bits < 65_536; bits++) {
    const exponent = (bits >> 10) & 31;
    const fraction = bits & 1023;
    const magnitude =
      exponent === 0
        ? fraction * 2 ** -24
        : exponent === 31
          ? fraction === 0
            ? Number.POSITIVE_INFINITY
            : Number.NaN
          : (1 + fraction / 1024) * 2 ** (exponent - 15);
    table[bits] = bits & 0x8000 ? -magnitude : magnitude;
  }
  halfTable = table;
  return table;
}

/** A reader over `bytes`, whatever their alignment; little-endian unless `bigEndian`. */
export function elementReader(dtype: Dtype, bytes: Uint8Array, bigEndian = false): ElementReader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = !bigEndian;
  switch (dtype) {
    case 'float32':
      return (i) => view.getFloat32(4 * i, little);
    case 'float64':
      return (i) => view.getFloat64(8 * i, little);
    case 'float16': {
      const table = halfValues();
      return (i) => table[view.getUint16(2 * i, little)]!;
    }
    case 'bfloat16': {
      const scratch = new DataView(new ArrayBuffer(4));
      return (i) => {
        scratch.setUint16(2, view.getUint16(2 * i, little), true);
        return scratch.getFloat32(0, true);
      };
    }
    case 'int8':
      return (i) => view.getInt8(i);
    case 'uint8':
    case 'bool':
      return (i) => view.getUint8(i);
    case 'int16':
      return (i) => view.getInt16(2 * i, little);
    case 'uint16':
      return (i) => view.getUint16(2 * i, little);
    case 'int32':
      return (i) => view.getInt32(4 * i, little);
    case 'uint32':
      return (i) => view.getUint32(4 * i, little);
    case 'int64':
      return (i) => Number(view.getBigInt64(8 * i, little));
    case 'uint64':
      return (i) => Number(view.getBigUint64(8 * i, little));
  }
}

/** `bytes` as float32 values: a view when they are aligned little-endian float32 already, otherwise converted. */
export function toFloat32(dtype: Dtype, bytes: Uint8Array, bigEndian = false): Float32Array {
  const count = Math.floor(bytes.byteLength / ITEM_BYTES[dtype]);
  if (dtype === 'float32') {
    if (!bigEndian && bytes.byteOffset % 4 === 0)
      return new Float32Array(bytes.buffer, bytes.byteOffset, count);
    const copy = new Uint8Array(4 * count);
    copy.set(bytes.subarray(0, 4 * count));
    // The bytes may be a view of a cache, so only the copy is turned round.
    if (bigEndian) Buffer.from(copy.buffer).swap32();
    return new Float32Array(copy.buffer);
  }
  const read = elementReader(dtype, bytes, bigEndian);
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) values[i] = read(i);
  return values;
}
