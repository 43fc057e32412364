/**
 * A file that `torch.save` wrote, in either serialization: the zip archive of torch 1.6 and later, or the older
 * sequence of pickles followed by raw storages. Owns: the pickled value and where each storage lies. Storages
 * are read when asked for, never all at once.
 */

import { crc32 } from '../crc32.ts';
import { elementReader, ITEM_BYTES, toFloat32 } from '../dtype.ts';
import { withEdges } from '../edge-cache.ts';
import { PartitionError, type RandomAccess } from '../partition.ts';
import { elementCount } from '../stored-array.ts';
import { checkCrc, locateEntry, readEntry, readZipDirectory, type ZipEntry } from '../zip-directory.ts';
import type { InertClass } from './globals.ts';
import { openLegacy } from './legacy.ts';
import { PT_LIMITS } from './limits.ts';
import { unpickle } from './pickle.ts';
import { PickleEnds } from './pickle-reader.ts';
import { checkSize, type StoredBytes } from './stored-bytes.ts';
import { isContiguous, type PickleValue, type StorageRef, type TensorRef } from './values.ts';

export interface TorchFile {
  source: RandomAccess;
  /** The pickled value: a TensorDataset, list, dict or module. */
  root: PickleValue;
  locate(storage: StorageRef): Promise<StoredBytes>;
  /** A storage whole, its checksum checked; small ones are kept for the next caller. */
  readStorage(storage: StorageRef): Promise<Uint8Array>;
}

export interface TorchFileOptions {
  /** Class names that may appear as inert records besides those of a TensorDataset. */
  inert?: InertClass;
}

/** Opens a torch file of either serialization by its first byte. @throws PartitionError */
export async function openTorchFile(
  source: RandomAccess,
  options: TorchFileOptions = {},
): Promise<TorchFile> {
  const cached = await withEdges(source);
  const first = (await cached.read(0, 1))[0];
  const opened =
    first === 0x80 ? await openLegacy(cached, options.inert) : await openZip(cached, options.inert);
  const kept = new Map<string, Promise<Uint8Array>>();
  return {
    source: cached,
    root: opened.root,
    locate: opened.locate,
    readStorage(storage) {
      const known = kept.get(storage.key);
      if (known) return known;
      const bytes = readWhole(cached, opened.locate(storage));
      kept.set(storage.key, bytes);
      return bytes;
    },
  };
}

async function readWhole(source: RandomAccess, located: Promise<StoredBytes>): Promise<Uint8Array> {
  const stored = await located;
  if (stored.sizeBytes > PT_LIMITS.residentBytes) {
    throw new PartitionError(
      'TooLarge',
      `${source.name}: \`${stored.name}\` has ${stored.sizeBytes.toLocaleString('en')} bytes that cannot be read in order; save its tensors with .contiguous()`,
    );
  }
  const bytes = await source.read(stored.offsetBytes, stored.sizeBytes);
  stored.check?.(crc32(bytes));
  return bytes;
}

async function openZip(source: RandomAccess, inert: InertClass | undefined) {
  const entries = await readZipDirectory(source);
  const pickles = [...entries.values()].filter((entry) => /^[^/]*\/data\.pkl$/.test(entry.name));
  const pickle = pickles[0];
  if (!pickle || pickles.length > 1) {
    throw new PartitionError(
      'Malformed',
      `${source.name}: it is a zip file without the one data.pkl that torch writes`,
    );
  }
  const folder = pickle.name.slice(0, -'data.pkl'.length);
  const bytes = await readEntry(source, pickle, PT_LIMITS.pickleBytes);
  const byteOrder = entries.get(`${folder}byteorder`);
  if (byteOrder) {
    const order = new TextDecoder().decode(await readEntry(source, byteOrder, 64));
    if (order !== 'little') {
      throw new PartitionError(
        'WrongType',
        `${source.name}: it was saved with ${order}-endian numbers; only little-endian is read`,
      );
    }
  }
  return {
    root: unpickleEntry(source, pickle, bytes, inert),
    locate: (storage: StorageRef) => locateStorage(source, entries, folder, storage),
  };
}

function unpickleEntry(
  source: RandomAccess,
  entry: ZipEntry,
  bytes: Uint8Array,
  inert: InertClass | undefined,
) {
  try {
    return unpickle(bytes, { file: source.name, ...(inert && { inert }) }).value;
  } catch (error) {
    if (!(error instanceof PickleEnds)) throw error;
    throw new PartitionError('Truncated', `${source.name}: its pickle \`${entry.name}\` ends too early`);
  }
}

async function locateStorage(
  source: RandomAccess,
  entries: ReadonlyMap<string, ZipEntry>,
  folder: string,
  storage: StorageRef,
): Promise<StoredBytes> {
  const name = `${folder}data/${storage.key}`;
  const entry = entries.get(name);
  if (!entry) throw new PartitionError('Truncated', `${source.name}: its storage \`${name}\` is missing`);
  if (entry.method !== 0 || entry.compressedBytes !== entry.sizeBytes) {
    throw new PartitionError(
      'Malformed',
      `${source.name}: its storage \`${name}\` is compressed, which torch never writes`,
    );
  }
  checkSize(source, name, entry.sizeBytes, storage);
  return {
    name,
    offsetBytes: await locateEntry(source, entry),
    sizeBytes: entry.sizeBytes,
    check: (crc) => checkCrc(source, entry, crc),
  };
}

/** The elements of a tensor in row-major order as float32. The whole storage is read. */
export async function readTensor(file: TorchFile, tensor: TensorRef): Promise<Float32Array> {
  return gather(await file.readStorage(tensor.storage), tensor, 0, tensor.shape[0] ?? 1);
}

/** Rows `start` to `start + count` of a tensor whose whole storage is `bytes`, as float32. */
export function gather(bytes: Uint8Array, tensor: TensorRef, start: number, count: number): Float32Array {
  const { dtype, offset, shape, stride } = tensor;
  const rowShape = shape.slice(1);
  const rowElements = elementCount(rowShape);
  const itemBytes = ITEM_BYTES[dtype];
  if (isContiguous(tensor)) {
    const from = (offset + start * rowElements) * itemBytes;
    return toFloat32(dtype, bytes.subarray(from, from + count * rowElements * itemBytes));
  }
  const read = elementReader(dtype, bytes);
  const values = new Float32Array(count * rowElements);
  const index = new Array<number>(rowShape.length).fill(0);
  let at = 0;
  for (let row = start; row < start + count; row++) {
    let element = offset + row * (stride[0] ?? 0);
    for (let i = 0; i < rowElements; i++) {
      values[at++] = read(element);
      // Odometer over the inner dimensions: the last one turns fastest.
      for (let d = rowShape.length - 1; d >= 0; d--) {
        const step = stride[d + 1]!;
        element += step;
        if (++index[d]! < rowShape[d]!) break;
        element -= step * rowShape[d]!;
        index[d] = 0;
      }
    }
  }
  return values;
}
