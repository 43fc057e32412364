import { createReadStream } from 'node:fs';
import { CreateBucketCommand, HeadBucketCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { RunningBackend } from '../../backends/backend.ts';
import type { DatasetFile } from './dataset-kind.ts';

/** Uploads that run at once: enough to hide the round trip, few enough for two cores. */
const PARALLEL = 4;

export interface UploadOptions {
  bucket: string;
  prefix: string;
  /** Where the backend can take a file of this machine as it is; files whose digests are known are not sent then. */
  adopt?: RunningBackend['adoptObject'];
  signal: AbortSignal;
  onProgress(share: number, detail: string): void;
}

/** Puts files under a prefix (empty, or with a slash at its end), streaming; answers the keys of all files, missing ones included. */
export async function uploadFiles(
  s3: S3Client,
  files: readonly DatasetFile[],
  options: UploadOptions,
): Promise<string[]> {
  const { bucket, prefix } = options;
  await ensureBucket(s3, bucket);
  const keyOf = (file: DatasetFile) => `${prefix}${file.name}`;
  const waiting = files.filter((file) => !file.missing);
  const total = waiting.length;
  let done = 0;
  options.onProgress(0, `0/${total} files`);
  const worker = async () => {
    for (let file = waiting.pop(); file; file = waiting.pop()) {
      options.signal.throwIfAborted();
      const digests = file.cached?.digestsOf(file.name);
      if (options.adopt && digests) {
        const { path, sizeBytes } = file;
        await options.adopt(bucket, keyOf(file), { path, sizeBytes, ...digests });
      } else await send(s3, bucket, keyOf(file), file, options.signal);
      done++;
      options.onProgress(done / total, `${done}/${total} files`);
    }
  };
  await Promise.all(Array.from({ length: Math.min(PARALLEL, total) }, worker));
  for (const cached of new Set(files.flatMap((file) => file.cached ?? []))) await cached.save();
  return files.map(keyOf);
}

/** Puts one file; what the answer tells of a cached one is remembered for the next run. */
async function send(
  s3: S3Client,
  bucket: string,
  key: string,
  file: DatasetFile,
  signal: AbortSignal,
): Promise<void> {
  const { ETag, ChecksumCRC32 } = await s3.send(
    new PutObjectCommand({
      Bucket: bucket,
      Key: key,
      Body: createReadStream(file.path, { highWaterMark: 1024 * 1024 }),
      ContentLength: file.sizeBytes,
      ChecksumAlgorithm: 'CRC32',
    }),
    { abortSignal: signal },
  );
  const etag = ETag?.replaceAll('"', '');
  // Only what is an MD5: with a key of KMS an ETag is none.
  if (file.cached && ChecksumCRC32 !== undefined && etag !== undefined && /^[0-9a-f]{32}$/.test(etag)) {
    file.cached.remember(file.name, { etag, checksumCRC32: ChecksumCRC32 });
  }
}

/** Creates the bucket unless it is there. */
export async function ensureBucket(s3: S3Client, bucket: string): Promise<void> {
  try {
    await s3.send(new HeadBucketCommand({ Bucket: bucket }));
  } catch (error) {
    if ((error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode !== 404) throw error;
    await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  }
}
