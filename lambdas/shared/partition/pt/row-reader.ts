/**
 * Rows of a tensor in order. Large contiguous tensors are read range by range, straight from the source into
 * the array that is handed out; small storages and those whose rows do not follow each other are held whole.
 *
 * The CRC-32 of a storage is checked when its last byte has been read in order; a storage of which only a part
 * is used goes unchecked.
 */
import { crc32 } from '../crc32.ts';
import { ITEM_BYTES, toFloat32 } from '../dtype.ts';
import { elementCount, type RowReader } from '../stored-array.ts';
import type { StoredBytes } from './stored-bytes.ts';
import { gather, type TorchFile } from './torch-file.ts';
import { isContiguous, type TensorRef } from './values.ts';

/** Storages up to this size are read at once. */
const WHOLE_BYTES = 1024 * 1024;

/** A reader over the first dimension of `tensor`. @throws PartitionError */
export async function rowReader(file: TorchFile, tensor: TensorRef): Promise<RowReader> {
  const stored = await file.locate(tensor.storage);
  if (stored.sizeBytes <= WHOLE_BYTES || !isContiguous(tensor)) {
    return {
      rows: async (start, count) => gather(await file.readStorage(tensor.storage), tensor, start, count),
    };
  }
  const itemBytes = ITEM_BYTES[tensor.dtype];
  const rowBytes = elementCount(tensor.shape.slice(1)) * itemBytes;
  const firstByte = tensor.offset * itemBytes;
  const checksum = new RunningChecksum(stored);
  return {
    async rows(start, count) {
      const from = firstByte + start * rowBytes;
      const bytes = await file.source.read(stored.offsetBytes + from, count * rowBytes);
      checksum.add(from, bytes);
      return toFloat32(tensor.dtype, bytes);
    },
    release: (rows) => file.source.release?.(rows.buffer),
  };
}

class RunningChecksum {
  readonly #stored: StoredBytes;
  #position = 0;
  #crc = 0;

  constructor(stored: StoredBytes) {
    this.#stored = stored;
  }

  add(from: number, bytes: Uint8Array): void {
    if (!this.#stored.check || from !== this.#position) return;
    this.#crc = crc32(bytes, this.#crc);
    this.#position += bytes.length;
    if (this.#position === this.#stored.sizeBytes) this.#stored.check(this.#crc);
  }
}
