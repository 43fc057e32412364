/**
 * A `.npz` file as a partition: a zip of `images.npy`, `magnitudes.npy` and `redshifts.npy`, stored
 * (numpy.savez) or deflated (numpy.savez_compressed). Deflated arrays are inflated as they are read, never whole.
 */

import { crc32 } from '../crc32.ts';
import { ITEM_BYTES } from '../dtype.ts';
import { withEdges } from '../edge-cache.ts';
import type { Imaging } from '../imaging.ts';
import { type Partition, PartitionError, type RandomAccess } from '../partition.ts';
import { requireRoles, rolesByName, samplePartition } from '../sample-partition.ts';
import { contiguousArray, elementCount, fortranArray, type StoredArray } from '../stored-array.ts';
import { checkCrc, locateEntry, readZipDirectory, type ZipEntry } from '../zip-directory.ts';
import { type NpyHeader, readNpyHeader } from './header.ts';
import { InflatedEntry, peekInflated } from './inflated-entry.ts';

/** What a NumPy header needs at most, when it has to be inflated to be seen. */
const HEADER_PEEK_BYTES = 64 * 1024;

/** Opens a `.npz` partition by its zip directory and the headers of its arrays. @throws PartitionError */
export async function openNpzPartition(source: RandomAccess, imaging?: Imaging): Promise<Partition> {
  const cached = await withEdges(source);
  const entries = await readZipDirectory(cached);
  const wanted = rolesByName((name) => entries.get(`${name}.npy`));
  const found: Partial<Record<keyof typeof wanted, StoredArray>> = {};
  for (const [role, entry] of Object.entries(wanted)) {
    found[role as keyof typeof wanted] = await openEntry(cached, entry);
  }
  const names = [...entries.keys()];
  return samplePartition('npz', source.name, requireRoles(source.name, found, names), imaging);
}

async function openEntry(source: RandomAccess, entry: ZipEntry): Promise<StoredArray> {
  const what = `${source.name}: \`${entry.name}\``;
  if (entry.method !== 0 && entry.method !== 8) {
    throw new PartitionError('Malformed', `${what}: it is compressed with method ${entry.method}`);
  }
  const offsetBytes = await locateEntry(source, entry);
  const stored = entry.method === 0;
  if (stored && entry.compressedBytes !== entry.sizeBytes) {
    throw new PartitionError('Malformed', `${what}: its size in the zip directory contradicts itself`);
  }
  const head = stored
    ? within(source, what, offsetBytes, entry.sizeBytes)
    : await peekInflated(source, what, entry, offsetBytes, HEADER_PEEK_BYTES);
  const header = await readNpyHeader(head, what);
  if (!header.elements) {
    throw new PartitionError('WrongType', `${what}: it is a structured array, expected plain numbers`);
  }
  if (header.headerBytes + header.dataBytes !== entry.sizeBytes) {
    throw new PartitionError(
      header.headerBytes + header.dataBytes > entry.sizeBytes ? 'Truncated' : 'Malformed',
      `${what}: its shape [${header.shape.join(', ')}] needs ${header.dataBytes.toLocaleString('en')} bytes, it has ${(entry.sizeBytes - header.headerBytes).toLocaleString('en')}`,
    );
  }
  return stored
    ? storedArray(source, entry, offsetBytes, header)
    : inflatedArray(source, entry, offsetBytes, header);
}

/** The checksum is compared once the last row has been read in order, as for a torch storage. */
function storedArray(
  source: RandomAccess,
  entry: ZipEntry,
  offsetBytes: number,
  header: NpyHeader,
): StoredArray {
  const { shape, headerBytes, fortranOrder } = header;
  const elements = header.elements!;
  const checked = checkedAccess(source, entry, offsetBytes);
  const dataAt = offsetBytes + headerBytes;
  return {
    shape,
    rowBytes: elementCount(shape.slice(1)) * ITEM_BYTES[header.elements!.dtype],
    async open() {
      const access = checked();
      // The header belongs to the entry, and to its checksum.
      await access.read(offsetBytes, headerBytes);
      const array = fortranOrder
        ? fortranArray(access, dataAt, shape, elements)
        : contiguousArray(access, dataAt, shape, elements);
      return array.open();
    },
  };
}

/** `source`, watching the bytes of one entry go by in order. */
function checkedAccess(source: RandomAccess, entry: ZipEntry, offsetBytes: number): () => RandomAccess {
  return () => {
    let position = offsetBytes;
    let crc = 0;
    return {
      name: source.name,
      sizeBytes: source.sizeBytes,
      async read(at, lengthBytes) {
        const bytes = await source.read(at, lengthBytes);
        if (at === position) {
          crc = crc32(bytes, crc);
          position += bytes.length;
          if (position === offsetBytes + entry.sizeBytes) checkCrc(source, entry, crc);
        }
        return bytes;
      },
    };
  };
}

function inflatedArray(
  source: RandomAccess,
  entry: ZipEntry,
  offsetBytes: number,
  header: NpyHeader,
): StoredArray {
  const { shape, headerBytes, fortranOrder } = header;
  return {
    shape,
    rowBytes: elementCount(shape.slice(1)) * ITEM_BYTES[header.elements!.dtype],
    async open() {
      const inflated = new InflatedEntry(source, entry, offsetBytes);
      await inflated.skip(headerBytes);
      const data = inflated.asAccess(headerBytes);
      const array = (fortranOrder ? fortranArray : contiguousArray)(
        data,
        headerBytes,
        shape,
        header.elements!,
      );
      const reader = await array.open();
      return { rows: (start, count) => reader.rows(start, count), close: () => inflated.close() };
    },
  };
}

/** The bytes of an entry as a file of their own. */
function within(source: RandomAccess, name: string, offsetBytes: number, sizeBytes: number): RandomAccess {
  return {
    name,
    sizeBytes,
    read: (at, lengthBytes) => source.read(offsetBytes + at, lengthBytes),
  };
}
