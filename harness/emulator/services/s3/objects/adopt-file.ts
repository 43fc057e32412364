import type { S3Context } from '../context.ts';
import { assertKey } from './names.ts';
import { putVersion } from './put-version.ts';

/** A file of this machine with what a PutObject of it would have found. */
export interface AdoptedFile {
  path: string;
  sizeBytes: number;
  /** MD5 in hex. */
  etag: string;
  /** Base64. */
  checksumCRC32: string;
}

/** Makes a file that never changes the newest version of `key`. */
export async function adoptFile(
  context: S3Context,
  bucketName: string,
  key: string,
  { path, sizeBytes, etag, checksumCRC32 }: AdoptedFile,
): Promise<void> {
  const bucket = context.buckets.get(bucketName);
  assertKey(key, context.limits);
  const segments = sizeBytes > 0 ? [{ blob: await context.blobs.adopt(path), sizeBytes }] : [];
  await putVersion(
    context,
    bucket,
    {
      key,
      contentType: 'application/octet-stream',
      sizeBytes,
      etag,
      segments,
      checksum: { algorithm: 'CRC32', value: checksumCRC32, type: 'FULL_OBJECT' },
    },
    'ObjectCreated:Put',
  );
}
