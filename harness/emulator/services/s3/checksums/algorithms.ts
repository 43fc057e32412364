/**
 * The checksums S3 knows, and what computes them piece by piece.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
 */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { IHasher } from 'hash-wasm';

export const CHECKSUM_ALGORITHMS = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const;
export type ChecksumAlgorithm = (typeof CHECKSUM_ALGORITHMS)[number];

/** What is computed over content: checksums, and MD5 for the ETag. */
export type DigestAlgorithm = ChecksumAlgorithm | 'MD5';

/** Length of a checksum in bytes. */
export const DIGEST_BYTES: { readonly [A in DigestAlgorithm]: number } = {
  CRC32: 4,
  CRC32C: 4,
  CRC64NVME: 8,
  SHA1: 20,
  SHA256: 32,
  MD5: 16,
};

/** The request and response header of a checksum. */
export const CHECKSUM_HEADERS: { readonly [A in ChecksumAlgorithm]: string } = {
  CRC32: 'x-amz-checksum-crc32',
  CRC32C: 'x-amz-checksum-crc32c',
  CRC64NVME: 'x-amz-checksum-crc64nvme',
  SHA1: 'x-amz-checksum-sha1',
  SHA256: 'x-amz-checksum-sha256',
};

export interface Hasher {
  update(bytes: Uint8Array): void;
  /** May be called once. */
  digest(): Buffer;
}

/** Reversed polynomials. CRC64NVME: NVM Express, NVM Command Set Specification 1.0d, section 5.2.1.3.4. */
const CRC32C_POLYNOMIAL = 0x82f63b78;
const CRC64NVME_POLYNOMIAL = '9a6c9329ac4bc9b5';

/** WebAssembly instances that are free; each owns a page of memory, so they are kept and used again. */
const free = new Map<DigestAlgorithm, IHasher[]>();

/** As many as small uploads are under way at once; making an instance costs more than hashing a small content. */
const MAX_POOLED = 64;

/** A fresh hasher. CRC32 and the hashes are Node's own; CRC32C and CRC64NVME run in WebAssembly,
 * loaded when first asked for. */
export async function createHasher(algorithm: DigestAlgorithm): Promise<Hasher> {
  switch (algorithm) {
    case 'CRC32':
      return crc32Hasher();
    case 'CRC32C':
      return pooled(algorithm, async () => (await import('hash-wasm')).createCRC32(CRC32C_POLYNOMIAL));
    case 'CRC64NVME':
      return pooled(algorithm, async () => (await import('hash-wasm')).createCRC64(CRC64NVME_POLYNOMIAL));
    case 'SHA1':
    case 'SHA256':
    case 'MD5':
      return createHash(algorithm.toLowerCase());
  }
}

function crc32Hasher(): Hasher {
  let value = 0;
  return {
    update(bytes) {
      value = crc32(bytes, value);
    },
    digest() {
      const result = Buffer.allocUnsafe(4);
      result.writeUInt32BE(value);
      return result;
    },
  };
}

async function pooled(algorithm: DigestAlgorithm, create: () => Promise<IHasher>): Promise<Hasher> {
  const pool = free.get(algorithm) ?? [];
  free.set(algorithm, pool);
  const hasher = (pool.pop() ?? (await create())).init();
  return {
    update: (bytes) => void hasher.update(bytes),
    digest() {
      const result = Buffer.from(hasher.digest('binary'));
      if (pool.length < MAX_POOLED) pool.push(hasher);
      return result;
    },
  };
}
