/** A file on disk as `RandomAccess`: positional reads, safe to overlap. */
import { open } from 'node:fs/promises';
import { PartitionError, type RandomAccess } from '../../../../lambdas/shared/partition/partition.ts';

export interface FileAccess extends RandomAccess {
  /** Releases the descriptor; reads fail from then on. */
  close(): Promise<void>;
}

/** Opens `path` for reading. @throws the file system's own error when it cannot be opened. */
export async function openFileAccess(path: string): Promise<FileAccess> {
  const handle = await open(path, 'r');
  const { size: sizeBytes } = await handle.stat();
  return {
    name: path,
    sizeBytes,
    async read(offsetBytes, lengthBytes) {
      // Not pooled: the caller may keep it, and 4-byte alignment makes float32 views of it possible.
      const bytes = Buffer.allocUnsafeSlow(lengthBytes);
      let filled = 0;
      while (filled < lengthBytes) {
        const { bytesRead } = await handle.read(bytes, filled, lengthBytes - filled, offsetBytes + filled);
        if (bytesRead === 0) {
          throw new PartitionError(
            'Truncated',
            `${path}: the file ends at byte ${offsetBytes + filled}, ${offsetBytes + lengthBytes} were expected`,
          );
        }
        filled += bytesRead;
      }
      return bytes;
    },
    close: () => handle.close(),
  };
}
