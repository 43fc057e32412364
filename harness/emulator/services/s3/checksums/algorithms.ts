/**
 * The checksums S3 knows.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
 */
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
