/**
 * Edits one entry of a `.pt` file in place, with its checksum put right everywhere: the damage then lies in the
 * content, not in the zip. Knows stored entries without zip64, which is what torch and the generator write.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { invariant } from '../../../../core/invariant.ts';

const CENTRAL_SIGNATURE = 0x02014b50;
const END_SIGNATURE = 0x06054b50;
const DESCRIPTOR_SIGNATURE = 0x08074b50;
const END_BYTES = 22;
const MAX_COMMENT_BYTES = 65_535;
const CENTRAL_BYTES = 46;
const LOCAL_BYTES = 30;
const FLAG_DESCRIPTOR = 8;
const CHUNK_BYTES = 4 * 1024 * 1024;

interface Entry {
  name: string;
  flags: number;
  sizeBytes: number;
  /** Where its central directory record and its local header begin. */
  centralAt: number;
  localAt: number;
  dataAt: number;
}

/** A stretch of the entry to overwrite. */
export interface Patch {
  offset: number;
  bytes: Uint8Array;
}

/**
 * Applies the patches that `edit` answers to the entry whose name ends in `suffix`. `read` gives bytes of the
 * entry as it is.
 */
export async function editTorchEntry(
  file: string,
  suffix: string,
  edit: (
    sizeBytes: number,
    read: (offset: number, lengthBytes: number) => Promise<Buffer>,
  ) => Promise<Patch[]>,
): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    const entry = await findEntry(handle, suffix);
    const patches = await edit(entry.sizeBytes, (offset, lengthBytes) =>
      readAt(handle, entry.dataAt + offset, lengthBytes),
    );
    for (const { offset, bytes } of patches) {
      invariant(
        offset >= 0 && offset + bytes.length <= entry.sizeBytes,
        `a patch leaves the entry ${entry.name}`,
      );
      await handle.write(bytes, 0, bytes.length, entry.dataAt + offset);
    }
    await writeChecksum(handle, entry);
  } finally {
    await handle.close();
  }
}

async function findEntry(handle: FileHandle, suffix: string): Promise<Entry> {
  const { size } = await handle.stat();
  const tailBytes = Math.min(size, END_BYTES + MAX_COMMENT_BYTES);
  const tail = await readAt(handle, size - tailBytes, tailBytes);
  let end = tail.length - END_BYTES;
  while (end >= 0 && tail.readUInt32LE(end) !== END_SIGNATURE) end--;
  invariant(end >= 0, 'the file to damage is no torch file');
  const directory = await readAt(handle, tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12));
  for (let at = 0; at < directory.length; ) {
    invariant(
      directory.readUInt32LE(at) === CENTRAL_SIGNATURE,
      'the directory of the torch file is malformed',
    );
    const nameBytes = directory.readUInt16LE(at + 28);
    const name = directory.toString('utf8', at + CENTRAL_BYTES, at + CENTRAL_BYTES + nameBytes);
    if (name.endsWith(suffix)) {
      const localAt = directory.readUInt32LE(at + 42);
      const local = await readAt(handle, localAt, LOCAL_BYTES);
      return {
        name,
        flags: directory.readUInt16LE(at + 8),
        sizeBytes: directory.readUInt32LE(at + 20),
        centralAt: tail.readUInt32LE(end + 16) + at,
        localAt,
        dataAt: localAt + LOCAL_BYTES + local.readUInt16LE(26) + local.readUInt16LE(28),
      };
    }
    at += CENTRAL_BYTES + nameBytes + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  throw new Error(`the torch file has no entry *${suffix}`);
}

async function writeChecksum(handle: FileHandle, entry: Entry): Promise<void> {
  let checksum = 0;
  for (let done = 0; done < entry.sizeBytes; done += CHUNK_BYTES) {
    const bytes = await readAt(handle, entry.dataAt + done, Math.min(CHUNK_BYTES, entry.sizeBytes - done));
    checksum = crc32(bytes, checksum);
  }
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(checksum);
  await handle.write(bytes, 0, 4, entry.centralAt + 16);
  if ((entry.flags & FLAG_DESCRIPTOR) === 0) {
    await handle.write(bytes, 0, 4, entry.localAt + 14);
    return;
  }
  const descriptorAt = entry.dataAt + entry.sizeBytes;
  const signed = (await readAt(handle, descriptorAt, 4)).readUInt32LE(0) === DESCRIPTOR_SIGNATURE;
  await handle.write(bytes, 0, 4, descriptorAt + (signed ? 4 : 0));
}

async function readAt(handle: FileHandle, offset: number, lengthBytes: number): Promise<Buffer> {
  const bytes = Buffer.alloc(lengthBytes);
  const { bytesRead } = await handle.read(bytes, 0, lengthBytes, offset);
  invariant(bytesRead === lengthBytes, 'the torch file ends early');
  return bytes;
}
