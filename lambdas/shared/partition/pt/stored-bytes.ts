import { ITEM_BYTES } from '../dtype.ts';
import { PartitionError, type RandomAccess } from '../partition.ts';
import type { StorageRef } from './values.ts';

/** Where the bytes of a storage lie in the file. */
export interface StoredBytes {
  /** What to call it in errors: its zip entry, or its key. */
  name: string;
  offsetBytes: number;
  sizeBytes: number;
  /** Throws when the checksum of all its bytes is not the recorded one; absent when none is recorded. */
  check?: (crc: number) => void;
}

/** Refuses a storage that holds fewer or more bytes than its elements take. */
export function checkSize(source: RandomAccess, name: string, sizeBytes: number, storage: StorageRef): void {
  const expected = storage.elements * (storage.dtype === 'untyped' ? 1 : ITEM_BYTES[storage.dtype]);
  if (sizeBytes === expected) return;
  throw new PartitionError(
    sizeBytes < expected ? 'Truncated' : 'Malformed',
    `${source.name}: its storage \`${name}\` has ${sizeBytes.toLocaleString('en')} bytes, its tensors need ${expected.toLocaleString('en')}`,
  );
}
