/**
 * A safetensors file (https://github.com/huggingface/safetensors, "Format"): the length of a JSON header
 * (uint64, little-endian), the header, then the bytes of all tensors without gaps. Owns: the header and where
 * each tensor lies. Nothing in the format can be executed.
 */
import type { Dtype } from '../dtype.ts';
import { ITEM_BYTES } from '../dtype.ts';
import { withEdges } from '../edge-cache.ts';
import { PartitionError, type RandomAccess } from '../partition.ts';
import { elementCount } from '../stored-array.ts';

/** A state_dict of some thousand tensors has a header of some 100 kB; the format itself allows 100 MB. */
const MAX_HEADER_BYTES = 16 * 1024 * 1024;
const MAX_DIMENSIONS = 16;

const DTYPES: Readonly<Record<string, Dtype>> = {
  F64: 'float64',
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
  I8: 'int8',
  U8: 'uint8',
  I16: 'int16',
  U16: 'uint16',
  I32: 'int32',
  U32: 'uint32',
  I64: 'int64',
  U64: 'uint64',
  BOOL: 'bool',
};

interface SafeTensor {
  dtype: Dtype;
  shape: readonly number[];
  /** Where its row-major, little-endian elements begin in the file. */
  offsetBytes: number;
  sizeBytes: number;
}

export interface SafetensorsFile {
  source: RandomAccess;
  tensors: ReadonlyMap<string, SafeTensor>;
}

/** Whether a file that begins with `probe` (at least 9 bytes) can be one: a plausible length, then `{`. */
export function looksLikeSafetensors(probe: Uint8Array, sizeBytes: number): boolean {
  if (probe.length < 9 || probe[8] !== 0x7b) return false;
  const headerBytes = headerLength(probe);
  return headerBytes >= 2 && headerBytes + 8 <= Math.max(sizeBytes, MAX_HEADER_BYTES);
}

/** Opens the file by its header. @throws PartitionError */
export async function openSafetensors(source: RandomAccess): Promise<SafetensorsFile> {
  const { name, sizeBytes } = source;
  if (sizeBytes < 8)
    throw new PartitionError('Truncated', `${name}: it is shorter than a safetensors header`);
  const cached = await withEdges(source);
  const headerBytes = headerLength(await cached.read(0, 8));
  if (headerBytes > MAX_HEADER_BYTES) {
    throw new PartitionError('TooLarge', `${name}: its header has ${headerBytes.toLocaleString('en')} bytes`);
  }
  if (8 + headerBytes > sizeBytes) {
    throw new PartitionError('Truncated', `${name}: the file ends within its header; it is incomplete`);
  }
  const header = parseHeader(name, await cached.read(8, headerBytes));
  const tensors = new Map<string, SafeTensor>();
  for (const [key, entry] of Object.entries(header)) {
    if (key !== '__metadata__') tensors.set(key, tensorOf(name, key, entry, 8 + headerBytes));
  }
  requireDense(source, tensors, 8 + headerBytes);
  return { source: cached, tensors };
}

function headerLength(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, 8);
  return view.getUint32(4, true) * 2 ** 32 + view.getUint32(0, true);
}

function parseHeader(name: string, bytes: Uint8Array): Record<string, unknown> {
  try {
    const header: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (typeof header === 'object' && header !== null && !Array.isArray(header))
      return header as Record<string, unknown>;
  } catch {
    // Told below: what a parser says of a damaged header helps nobody.
  }
  throw new PartitionError('Malformed', `${name}: its safetensors header is no JSON object`);
}

function tensorOf(file: string, key: string, entry: unknown, dataStart: number): SafeTensor {
  const label = `\`${key.slice(0, 100)}\``;
  const malformed = (what: string) => new PartitionError('Malformed', `${file}: its tensor ${label} ${what}`);
  if (typeof entry !== 'object' || entry === null) throw malformed('is not described by an object');
  const { dtype, shape, data_offsets: offsets } = entry as Record<string, unknown>;
  const known = typeof dtype === 'string' && Object.hasOwn(DTYPES, dtype) ? DTYPES[dtype] : undefined;
  if (known === undefined) {
    throw new PartitionError(
      'WrongType',
      `${file}: its tensor ${label} has elements of type ${String(dtype).slice(0, 40)}; known are ${Object.keys(DTYPES).join(', ')}`,
    );
  }
  if (!isCounts(shape) || shape.length > MAX_DIMENSIONS) throw malformed('has no shape of whole numbers');
  if (!isCounts(offsets) || offsets.length !== 2) throw malformed('has no data_offsets of two whole numbers');
  const [begin, end] = offsets as [number, number];
  const expected = elementCount(shape) * ITEM_BYTES[known];
  if (end - begin !== expected) {
    throw malformed(
      `has ${(end - begin).toLocaleString('en')} bytes, its shape [${shape.join(', ')}] needs ${expected.toLocaleString('en')}`,
    );
  }
  return { dtype: known, shape, offsetBytes: dataStart + begin, sizeBytes: expected };
}

const isCounts = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);

/** The format forbids overlaps and holes; a file that is too short has lost its end. */
function requireDense(
  source: RandomAccess,
  tensors: ReadonlyMap<string, SafeTensor>,
  dataStart: number,
): void {
  let position = dataStart;
  const inOrder = [...tensors].sort(
    ([, a], [, b]) => a.offsetBytes - b.offsetBytes || a.sizeBytes - b.sizeBytes,
  );
  for (const [key, { offsetBytes, sizeBytes }] of inOrder) {
    if (offsetBytes !== position) {
      throw new PartitionError(
        'Malformed',
        `${source.name}: its tensor \`${key.slice(0, 100)}\` ${offsetBytes < position ? 'overlaps another' : 'leaves a hole before it'}`,
      );
    }
    position += sizeBytes;
  }
  if (position > source.sizeBytes) {
    throw new PartitionError(
      'Truncated',
      `${source.name}: its tensors need ${position.toLocaleString('en')} bytes, the file has ${source.sizeBytes.toLocaleString('en')}; it is incomplete`,
    );
  }
  if (position < source.sizeBytes) {
    throw new PartitionError(
      'Malformed',
      `${source.name}: ${(source.sizeBytes - position).toLocaleString('en')} bytes follow its last tensor`,
    );
  }
}
