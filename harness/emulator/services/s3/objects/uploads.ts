/** What the operations on multipart uploads share. */

import type { ReceivedContent } from '../body/payload.ts';
import type { S3Context } from '../context.ts';
import { invalidArgument, invalidRequest, noSuchUpload } from '../errors.ts';
import type { Bucket, UploadInProgress } from '../store/bucket.ts';
import type { Part } from '../store/records.ts';

/** @throws AwsError NoSuchUpload */
export function findUpload(bucket: Bucket, key: string, uploadId: string): UploadInProgress {
  const found = bucket.uploads.get(uploadId);
  if (!found || found.upload.key !== key) throw noSuchUpload(uploadId);
  return found;
}

/** @throws AwsError InvalidArgument */
export function requirePartNumber(text: string | null, maximum: number): number {
  const value = text !== null && /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (value < 1 || value > maximum) {
    throw invalidArgument(
      `Part number must be an integer between 1 and ${maximum}, inclusive`,
      'partNumber',
      text ?? '',
    );
  }
  return value;
}

/** @throws AwsError InvalidRequest when a part comes with another kind of checksum than its upload was begun with */
export function assertSameAlgorithm(upload: UploadInProgress['upload'], given: string | undefined): void {
  const expected = upload.checksum?.algorithm;
  if (expected === undefined || given === undefined || expected === given) return;
  throw invalidRequest(
    `Checksum Type mismatch occurred, expected checksum Type: ${expected.toLowerCase()}, actual checksum Type: ${given.toLowerCase()}`,
  );
}

/**
 * Makes received content part `number` of an upload, replacing an earlier one; discards it if the upload is gone.
 * @throws AwsError NoSuchUpload
 */
export async function putPart(
  context: S3Context,
  bucket: Bucket,
  upload: { key: string; uploadId: string },
  number: number,
  content: ReceivedContent,
): Promise<Part> {
  const part: Part = {
    number,
    sizeBytes: content.sizeBytes,
    etag: content.md5,
    ...(content.segment ? { segment: content.segment } : {}),
    lastModifiedMs: context.env.clock.nowMs(),
    checksum: content.checksum,
  };
  try {
    return await bucket.change(upload.key, () => {
      findUpload(bucket, upload.key, upload.uploadId);
      return { records: [{ op: 'part', uploadId: upload.uploadId, part }], result: part };
    });
  } catch (error) {
    if (content.segment) context.blobs.discard([content.segment.blob]);
    throw error;
  }
}
