/**
 * The central directory of a zip file, read by ranges (PKWARE APPNOTE 6.3: sections 4.3.7, 4.3.12, 4.3.14 to
 * 4.3.16). Owns: finding entries and where their bytes lie, including zip64. Does not own: what is in them.
 * Every offset and length is checked against the file before it is used.
 */
import { inflateRawSync } from 'node:zlib';
import { crc32 } from './crc32.ts';
import { PartitionError, type RandomAccess } from './partition.ts';
import { PT_LIMITS } from './pt/limits.ts';

const END_BYTES = 22;
const LOCATOR_BYTES = 20;
const END64_BYTES = 56;
const CENTRAL_BYTES = 46;
const LOCAL_BYTES = 30;
const MAX_COMMENT_BYTES = 65_535;

export interface ZipEntry {
  name: string;
  /** 0 stored, 8 deflated. */
  method: number;
  crc32: number;
  compressedBytes: number;
  sizeBytes: number;
  headerOffset: number;
}

const truncated = (source: RandomAccess) =>
  new PartitionError(
    'Truncated',
    `${source.name}: the file ends before its zip directory; it is incomplete (${source.sizeBytes.toLocaleString('en')} bytes)`,
  );
const malformed = (source: RandomAccess, what: string) =>
  new PartitionError('Malformed', `${source.name}: ${what}`);

function uint64(view: DataView, at: number): number {
  return view.getUint32(at + 4, true) * 2 ** 32 + view.getUint32(at, true);
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** All entries by name. @throws PartitionError when the directory is missing, damaged or ambiguous. */
export async function readZipDirectory(source: RandomAccess): Promise<Map<string, ZipEntry>> {
  const { entries, offset, sizeBytes } = await findDirectory(source);
  if (entries > PT_LIMITS.zipEntries || sizeBytes > PT_LIMITS.zipDirectoryBytes) {
    throw new PartitionError('TooLarge', `${source.name}: its zip directory lists ${entries} entries`);
  }
  if (offset + sizeBytes > source.sizeBytes) throw truncated(source);
  const bytes = await source.read(offset, sizeBytes);
  const found = new Map<string, ZipEntry>();
  for (let at = 0, i = 0; i < entries; i++) {
    const { entry, next } = parseEntry(source, bytes, at);
    if (found.has(entry.name)) throw malformed(source, `its zip directory lists \`${entry.name}\` twice`);
    found.set(entry.name, entry);
    at = next;
  }
  return found;
}

async function findDirectory(source: RandomAccess) {
  const tailBytes = Math.min(source.sizeBytes, END_BYTES + MAX_COMMENT_BYTES + LOCATOR_BYTES);
  const tailStart = source.sizeBytes - tailBytes;
  const tail = await source.read(tailStart, tailBytes);
  const view = viewOf(tail);
  let end = tail.length - END_BYTES;
  // The record is the one whose comment reaches exactly to the end of the file.
  while (
    end >= 0 &&
    !(
      view.getUint32(end, true) === 0x06054b50 &&
      end + END_BYTES + view.getUint16(end + 20, true) === tail.length
    )
  ) {
    end--;
  }
  if (end < 0) throw truncated(source);
  const plain = {
    entries: view.getUint16(end + 10, true),
    sizeBytes: view.getUint32(end + 12, true),
    offset: view.getUint32(end + 16, true),
  };
  const locator = end - LOCATOR_BYTES;
  if (locator < 0 || view.getUint32(locator, true) !== 0x07064b50) return plain;
  const end64At = uint64(view, locator + 8);
  if (end64At + END64_BYTES > source.sizeBytes) throw truncated(source);
  const end64 = viewOf(await source.read(end64At, END64_BYTES));
  if (end64.getUint32(0, true) !== 0x06064b50) throw malformed(source, 'its zip64 end record is damaged');
  return { entries: uint64(end64, 32), sizeBytes: uint64(end64, 40), offset: uint64(end64, 48) };
}

function parseEntry(source: RandomAccess, bytes: Uint8Array, at: number): { entry: ZipEntry; next: number } {
  const view = viewOf(bytes);
  if (at + CENTRAL_BYTES > bytes.length || view.getUint32(at, true) !== 0x02014b50) {
    throw malformed(source, 'its zip directory is damaged');
  }
  const nameEnd = at + CENTRAL_BYTES + view.getUint16(at + 28, true);
  const extraEnd = nameEnd + view.getUint16(at + 30, true);
  const next = extraEnd + view.getUint16(at + 32, true);
  if (next > bytes.length) throw malformed(source, 'its zip directory is damaged');
  const name = new TextDecoder().decode(bytes.subarray(at + CENTRAL_BYTES, nameEnd));
  if (view.getUint16(at + 8, true) & 1) throw malformed(source, `its entry \`${name}\` is encrypted`);
  const entry: ZipEntry = {
    name,
    method: view.getUint16(at + 10, true),
    crc32: view.getUint32(at + 16, true),
    compressedBytes: view.getUint32(at + 20, true),
    sizeBytes: view.getUint32(at + 24, true),
    headerOffset: view.getUint32(at + 42, true),
  };
  applyZip64(entry, view, nameEnd, extraEnd);
  if (entry.headerOffset + LOCAL_BYTES + entry.compressedBytes > source.sizeBytes) {
    throw new PartitionError(
      'Truncated',
      `${source.name}: its entry \`${name}\` reaches beyond the end of the file; it is incomplete`,
    );
  }
  return { entry, next };
}

/** Extra field 0x0001 holds, in this order, those of the three values that are 0xffffffff in the entry. */
function applyZip64(entry: ZipEntry, view: DataView, start: number, end: number): void {
  for (let at = start; at + 4 <= end; ) {
    const fieldEnd = at + 4 + view.getUint16(at + 2, true);
    if (view.getUint16(at, true) === 1 && fieldEnd <= end) {
      let value = at + 4;
      for (const key of ['sizeBytes', 'compressedBytes', 'headerOffset'] as const) {
        if (entry[key] !== 0xffffffff || value + 8 > fieldEnd) continue;
        entry[key] = uint64(view, value);
        value += 8;
      }
    }
    at = fieldEnd;
  }
}

/** Where the entry's bytes begin: behind the local header, whose name and extra field have lengths of their own. */
export async function locateEntry(source: RandomAccess, entry: ZipEntry): Promise<number> {
  const header = viewOf(await source.read(entry.headerOffset, LOCAL_BYTES));
  if (header.getUint32(0, true) !== 0x04034b50) {
    throw malformed(source, `its entry \`${entry.name}\` has no local header where the zip directory says`);
  }
  const start = entry.headerOffset + LOCAL_BYTES + header.getUint16(26, true) + header.getUint16(28, true);
  if (start + entry.compressedBytes > source.sizeBytes) throw truncated(source);
  return start;
}

/** A small entry whole, inflated when need be, its CRC-32 checked. */
export async function readEntry(
  source: RandomAccess,
  entry: ZipEntry,
  maxBytes: number,
): Promise<Uint8Array> {
  if (entry.sizeBytes > maxBytes || entry.compressedBytes > maxBytes) {
    throw new PartitionError(
      'TooLarge',
      `${source.name}: its entry \`${entry.name}\` has ${entry.sizeBytes} bytes`,
    );
  }
  const raw = await source.read(await locateEntry(source, entry), entry.compressedBytes);
  const bytes = entry.method === 0 ? raw : inflate(source, entry, raw);
  if (bytes.length !== entry.sizeBytes)
    throw malformed(source, `its entry \`${entry.name}\` has the wrong length`);
  checkCrc(source, entry, crc32(bytes));
  return bytes;
}

function inflate(source: RandomAccess, entry: ZipEntry, raw: Uint8Array): Uint8Array {
  if (entry.method !== 8)
    throw malformed(source, `its entry \`${entry.name}\` is compressed with method ${entry.method}`);
  try {
    return inflateRawSync(raw, { maxOutputLength: Math.max(1, entry.sizeBytes) });
  } catch {
    throw malformed(source, `its entry \`${entry.name}\` does not inflate to ${entry.sizeBytes} bytes`);
  }
}

/**
 * Compares a computed CRC-32 with the directory's. 0 there means that none was computed
 * (`torch.serialization.set_crc32_options(False)`), save for one content in four thousand million.
 */
export function checkCrc(source: RandomAccess, entry: ZipEntry, computed: number): void {
  if (computed === entry.crc32 || entry.crc32 === 0) return;
  throw malformed(
    source,
    `the CRC-32 of its entry \`${entry.name}\` is ${computed.toString(16).padStart(8, '0')}, the directory says ${entry.crc32.toString(16).padStart(8, '0')}; the file is damaged`,
  );
}
