import { crc32 as zlibCrc32 } from 'node:zlib';

/** CRC-32 (ISO 3309, as zip has it) of `bytes`, continuing from `start`, the checksum of what came before. */
export function crc32(bytes: Uint8Array, start = 0): number {
  return zlibCrc32(bytes, start);
}
