import type { ReceivedContent } from '../body/payload.ts';
import type { ChecksumAlgorithm, DigestAlgorithm } from '../checksums/algorithms.ts';
import type { S3Context } from '../context.ts';
import { openContent } from '../store/content-reader.ts';
import { writeContent } from '../store/content-writer.ts';
import type { ObjectVersion } from '../store/records.ts';

/** Copies a byte range into a blob of its own, digesting it anew. */
export async function copyContent(
  context: S3Context,
  source: ObjectVersion,
  range: { startBytes: number; endBytes: number },
  algorithm: ChecksumAlgorithm,
): Promise<ReceivedContent> {
  const algorithms: DigestAlgorithm[] = ['MD5', algorithm];
  const content = openContent(context.blobs, source.segments, range.startBytes, range.endBytes);
  const written = await writeContent(context.blobs, content as AsyncIterable<Buffer>, algorithms, {
    expectedBytes: range.endBytes - range.startBytes,
  });
  return {
    ...(written.segment ? { segment: written.segment } : {}),
    sizeBytes: written.sizeBytes,
    md5: written.digests.get('MD5')!.toString('hex'),
    checksum: { algorithm, value: written.digests.get(algorithm)!.toString('base64') },
  };
}

/**
 * The content of a whole object under a new name. What was written by one PUT is shared on disk, not copied; a
 * multipart object is read again, since the copy is one piece and has an ETag of its own.
 */
export async function copyWhole(
  context: S3Context,
  source: ObjectVersion,
  algorithm: ChecksumAlgorithm,
): Promise<ReceivedContent> {
  const { segments, checksum, sizeBytes, etag, parts } = source;
  const [segment] = segments;
  if (parts || segments.length > 1 || checksum?.algorithm !== algorithm) {
    return copyContent(context, source, { startBytes: 0, endBytes: sizeBytes }, algorithm);
  }
  const content: ReceivedContent = { sizeBytes, md5: etag, checksum: { algorithm, value: checksum.value } };
  if (!segment) return content;
  const release = context.blobs.retain([segment.blob]);
  try {
    return { ...content, segment: { blob: await context.blobs.link(segment.blob), sizeBytes } };
  } finally {
    release();
  }
}
