/**
 * The header of a NumPy array file (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html):
 * magic, version, its length, and a Python dict literal with `descr`, `fortran_order` and `shape`. Object arrays
 * are pickles and are refused.
 */
import { type Dtype, ITEM_BYTES } from '../dtype.ts';
import { PartitionError, type RandomAccess } from '../partition.ts';
import { type Elements, elementCount } from '../stored-array.ts';
import { type PythonValue, parsePythonLiteral } from './python-literal.ts';

export const NPY_MAGIC = '\x93NUMPY';
const PREFIX_BYTES = 12;
/** A header of a structured array with hundreds of fields has some kB. */
const MAX_HEADER_BYTES = 1024 * 1024;
const MAX_DIMENSIONS = 32;

/** Kind and size of a dtype string, e.g. `<f4`. */
const DTYPES: Readonly<Record<string, Dtype>> = {
  f2: 'float16',
  f4: 'float32',
  f8: 'float64',
  i1: 'int8',
  i2: 'int16',
  i4: 'int32',
  i8: 'int64',
  u1: 'uint8',
  u2: 'uint16',
  u4: 'uint32',
  u8: 'uint64',
  b1: 'bool',
};

/** One field of a structured dtype. */
interface NpyField extends Elements {
  name: string;
  offsetInRecord: number;
  shape: readonly number[];
}

export interface NpyHeader {
  shape: readonly number[];
  fortranOrder: boolean;
  /** Elements of a plain array, or the fields of a structured one. */
  elements?: Elements;
  fields?: readonly NpyField[];
  /** Bytes of one element, or of one record. */
  itemBytes: number;
  /** Length of everything before the data. */
  headerBytes: number;
  /** Bytes of the data. */
  dataBytes: number;
}

/** Reads the header at the start of `source`; `what` is what errors call the array. @throws PartitionError */
export async function readNpyHeader(source: RandomAccess, what: string): Promise<NpyHeader> {
  const truncated = () => new PartitionError('Truncated', `${what}: it ends within its NumPy header`);
  if (source.sizeBytes < PREFIX_BYTES) throw truncated();
  const prefix = Buffer.from(await source.read(0, PREFIX_BYTES));
  if (prefix.toString('latin1', 0, 6) !== NPY_MAGIC) {
    throw new PartitionError('Malformed', `${what}: it is no NumPy array`);
  }
  const major = prefix[6]!;
  if (major < 1 || major > 3) {
    throw new PartitionError('Malformed', `${what}: its NumPy format version is ${major}, known are 1 to 3`);
  }
  const start = major === 1 ? 10 : 12;
  const lengthBytes = major === 1 ? prefix.readUInt16LE(8) : prefix.readUInt32LE(8);
  if (lengthBytes > MAX_HEADER_BYTES) {
    throw new PartitionError(
      'TooLarge',
      `${what}: its NumPy header has ${lengthBytes.toLocaleString('en')} bytes`,
    );
  }
  if (start + lengthBytes > source.sizeBytes) throw truncated();
  const text = new TextDecoder(major === 3 ? 'utf-8' : 'latin1').decode(
    await source.read(start, lengthBytes),
  );
  return describeHeader(text, start + lengthBytes, what);
}

function describeHeader(text: string, headerBytes: number, what: string): NpyHeader {
  const header = parsePythonLiteral(text);
  const malformed = () =>
    new PartitionError('Malformed', `${what}: its NumPy header does not give descr, fortran_order and shape`);
  if (!(header instanceof Map)) throw malformed();
  const descr = header.get('descr');
  const fortranOrder = header.get('fortran_order');
  const shape = header.get('shape');
  if (descr === undefined || typeof fortranOrder !== 'boolean' || !isShape(shape)) throw malformed();
  const type = typeof descr === 'string' ? plainType(descr, what) : structuredType(descr, what);
  const dataBytes = elementCount(shape) * type.itemBytes;
  if (!Number.isSafeInteger(dataBytes)) {
    throw new PartitionError('Malformed', `${what}: its shape [${shape.join(', ')}] is impossible`);
  }
  return { shape, fortranOrder, headerBytes, dataBytes, ...type };
}

const isShape = (value: PythonValue | undefined): value is number[] =>
  Array.isArray(value) &&
  value.length <= MAX_DIMENSIONS &&
  value.every((item) => typeof item === 'number' && Number.isSafeInteger(item) && item >= 0);

function plainType(descr: string, what: string): { elements: Elements; itemBytes: number } {
  const elements = elementsOf(descr, what);
  return { elements, itemBytes: ITEM_BYTES[elements.dtype] };
}

function elementsOf(descr: string, what: string): Elements {
  const order = descr[0] ?? '';
  const kind = descr.slice(1);
  if (kind.startsWith('O')) {
    throw new PartitionError(
      'HostilePickle',
      `${what}: it is an array of Python objects, which is a pickle; save plain numbers`,
    );
  }
  const dtype = Object.hasOwn(DTYPES, kind) ? DTYPES[kind] : undefined;
  if (dtype === undefined || !'<>|='.includes(order)) {
    throw new PartitionError(
      'WrongType',
      `${what}: its elements are of NumPy type ${descr.slice(0, 40)}; known are ${Object.keys(DTYPES).join(', ')}`,
    );
  }
  return { dtype, bigEndian: order === '>' };
}

/** A list of `(name, type)` or `(name, type, shape)`; padding has an empty name and a type such as `|V4`. */
function structuredType(
  descr: PythonValue,
  what: string,
): { fields: readonly NpyField[]; itemBytes: number } {
  const malformed = () => new PartitionError('Malformed', `${what}: its NumPy record type is not understood`);
  if (!Array.isArray(descr) || descr.length === 0) throw malformed();
  const fields: NpyField[] = [];
  let itemBytes = 0;
  for (const field of descr) {
    if (!Array.isArray(field)) throw malformed();
    const [title, type, given = []] = field;
    // With a title the name is a pair (title, name).
    const name = Array.isArray(title) ? title[1] : title;
    const shape = typeof given === 'number' ? [given] : given;
    if (typeof name !== 'string' || typeof type !== 'string' || !isShape(shape)) throw malformed();
    const padding = /^\|?V(\d{1,9})$/.exec(type)?.[1];
    if (padding !== undefined) {
      itemBytes += Number(padding) * elementCount(shape);
      continue;
    }
    const elements = elementsOf(type, `${what}: field ${name.slice(0, 60)}`);
    fields.push({ name, offsetInRecord: itemBytes, shape, ...elements });
    itemBytes += ITEM_BYTES[elements.dtype] * elementCount(shape);
  }
  return { fields, itemBytes };
}
