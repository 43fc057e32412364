/** An object in S3 as `RandomAccess`: one ranged GetObject per read. For data that is read where it lies. */
import { GetObjectCommand, HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { RandomAccess } from '../../../../lambdas/shared/partition/partition.ts';

export async function openObjectAccess(s3: S3Client, Bucket: string, Key: string): Promise<RandomAccess> {
  const { ContentLength = 0 } = await s3.send(new HeadObjectCommand({ Bucket, Key }));
  return {
    name: `s3://${Bucket}/${Key}`,
    sizeBytes: ContentLength,
    async read(offsetBytes, lengthBytes) {
      if (lengthBytes === 0) return new Uint8Array(0);
      const Range = `bytes=${offsetBytes}-${offsetBytes + lengthBytes - 1}`;
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key, Range }));
      // A copy of its own: float32 views need an aligned start.
      return Uint8Array.from(await Body!.transformToByteArray());
    },
  };
}
