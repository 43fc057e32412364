import { createReadStream } from 'node:fs';
import { CreateBucketCommand, HeadBucketCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { PartitionFile } from './dataset.ts';

/** Uploads that run at once: enough to hide the round trip, few enough for two cores. */
const PARALLEL = 4;

export interface UploadOptions {
  bucket: string;
  prefix: string;
  signal: AbortSignal;
  onProgress(share: number, detail: string): void;
}

/** Puts the partitions under `bucket/prefix/`, streaming; answers the keys of all files, missing ones included. */
export async function uploadPartitions(
  s3: S3Client,
  files: readonly PartitionFile[],
  options: UploadOptions,
): Promise<string[]> {
  const { bucket, prefix } = options;
  await ensureBucket(s3, bucket);
  const keyOf = (file: PartitionFile) => `${prefix}/${file.name}`;
  const waiting = files.filter((file) => !file.missing);
  const total = waiting.length;
  let done = 0;
  const worker = async () => {
    for (let file = waiting.pop(); file; file = waiting.pop()) {
      options.signal.throwIfAborted();
      await s3.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: keyOf(file),
          Body: createReadStream(file.path, { highWaterMark: 1024 * 1024 }),
          ContentLength: file.sizeBytes,
        }),
        { abortSignal: options.signal },
      );
      done++;
      options.onProgress(done / total, `${done}/${total} partitions`);
    }
  };
  await Promise.all(Array.from({ length: Math.min(PARALLEL, total) }, worker));
  return files.map(keyOf);
}

/** Creates the bucket unless it is there. */
async function ensureBucket(s3: S3Client, bucket: string): Promise<void> {
  try {
    await s3.send(new HeadBucketCommand({ Bucket: bucket }));
  } catch (error) {
    if ((error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode !== 404) throw error;
    await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  }
}
