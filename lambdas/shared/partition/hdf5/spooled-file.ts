/**
 * A partition as a file of this machine that can be read synchronously, which is how the HDF5 library reads. The file has
 * no name any more once it is open, so it goes when the process goes, however that ends.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PartitionError, type RandomAccess } from '../partition.ts';

/** Half of the smallest /tmp of a function (512 MB): the model and the next partition need room too. */
const MAX_BYTES = 256 * 1024 * 1024;
const CHUNK_BYTES = 4 * 1024 * 1024;

export interface SpooledFile {
  sizeBytes: number;
  /** Fills as much of `target` as the file has from `offsetBytes`; answers how much. */
  readSync(target: Uint8Array, offsetBytes: number): number;
  close(): void;
}

/** Copies `source` to the temporary folder. @throws PartitionError `TooLarge` */
export async function spool(source: RandomAccess): Promise<SpooledFile> {
  const { name, sizeBytes } = source;
  if (sizeBytes > MAX_BYTES) {
    throw new PartitionError(
      'TooLarge',
      `${name}: HDF5 files are copied to /tmp before they are read, at most ${MAX_BYTES / 1024 ** 2} MB; this one has ${Math.ceil(sizeBytes / 1024 ** 2)} MB`,
    );
  }
  const folder = await mkdtemp(join(tmpdir(), 'hdf5-'));
  const path = join(folder, 'partition.h5');
  let handle: FileHandle | undefined;
  let descriptor: number | undefined;
  try {
    handle = await open(path, 'wx', 0o600);
    for (let at = 0; at < sizeBytes; at += CHUNK_BYTES) {
      const bytes = await source.read(at, Math.min(CHUNK_BYTES, sizeBytes - at));
      for (let written = 0; written < bytes.length; )
        written += (await handle.write(bytes, written, bytes.length - written, at + written)).bytesWritten;
      source.release?.(bytes.buffer);
    }
    descriptor = openSync(path, 'r');
  } finally {
    await handle?.close();
    await rm(folder, { recursive: true, force: true });
  }
  const fd = descriptor;
  return {
    sizeBytes,
    readSync: (target, offsetBytes) => readSync(fd, target, 0, target.length, offsetBytes),
    close: () => closeSync(fd),
  };
}
