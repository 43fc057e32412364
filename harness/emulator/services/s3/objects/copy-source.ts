/** The source of CopyObject and UploadPartCopy, named by `x-amz-copy-source`, and the copying of its content. */
import { parseArn } from '../../../arn.ts';
import type { ReceivedContent } from '../body/payload.ts';
import type { ChecksumAlgorithm, DigestAlgorithm } from '../checksums/algorithms.ts';
import type { S3Context } from '../context.ts';
import { headerNotImplemented, invalidArgument, invalidRequest } from '../errors.ts';
import type { Bucket } from '../store/bucket.ts';
import { openContent } from '../store/content-reader.ts';
import { writeContent } from '../store/content-writer.ts';
import type { ObjectVersion } from '../store/records.ts';

export interface CopySource {
  bucket: string;
  key: string;
  versionId: string | undefined;
}

/**
 * `x-amz-copy-source`: `[/]bucket/key[?versionId=id]`, percent-encoded, a whole URL whose path is that, or the ARN of
 * an access point's object, which is not served. Permission and operation both ask here, so that they speak of the same
 * object. Only one slash may stand before the bucket: what is left of `//bucket/key` names no bucket.
 * @throws AwsError InvalidArgument, NotImplemented
 */
export function parseCopySource(header: string): CopySource {
  const malformed = () =>
    invalidArgument('Invalid copy source object key', 'x-amz-copy-source', 'x-amz-copy-source');
  // Header bytes arrive as Latin-1; some clients send UTF-8 unescaped.
  const text = Buffer.from(header, 'latin1').toString('utf8').replace(WHOLE_URL, '/');
  const question = text.lastIndexOf('?versionId=');
  const path = question < 0 ? text : text.slice(0, question);
  const versionId = question < 0 ? undefined : text.slice(question + '?versionId='.length);
  let decoded: string;
  try {
    // Some languages escape a space as a plus.
    decoded = decodeURIComponent(path.replaceAll('+', ' '));
  } catch {
    throw malformed();
  }
  if (parseArn(decoded)) throw headerNotImplemented('x-amz-copy-source');
  // Slashes may be escaped: they are counted once decoded.
  decoded = decoded.replace(/^\//, '');
  const slash = decoded.indexOf('/');
  if (slash === 0)
    throw invalidArgument('Invalid copy source bucket name', 'x-amz-copy-source', 'x-amz-copy-source');
  if (slash < 0 || slash === decoded.length - 1) throw malformed();
  if (versionId === '') throw invalidArgument('Version id cannot be the empty string');
  return { bucket: decoded.slice(0, slash), key: decoded.slice(slash + 1), versionId };
}

/** Recorded (B17): scheme and host are ignored. */
const WHOLE_URL = /^https?:\/\/[^/?]*\//i;

const RANGE = /^bytes=(\d{1,15})-(\d{1,15})$/;

/** `x-amz-copy-source-range`, end exclusive. @throws AwsError InvalidArgument, InvalidRequest */
export function parseCopyRange(
  header: string | undefined,
  sizeBytes: number,
): { startBytes: number; endBytes: number } {
  if (header === undefined) return { startBytes: 0, endBytes: sizeBytes };
  const match = RANGE.exec(header);
  // A range that ends before it begins is no range.
  if (!match || Number(match[1]) > Number(match[2])) {
    throw invalidArgument(
      'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy',
      'x-amz-copy-source-range',
      header,
    );
  }
  const [startBytes, endBytes] = [Number(match[1]), Number(match[2]) + 1];
  if (startBytes >= sizeBytes) {
    throw invalidRequest('The specified copy range is invalid for the source object size');
  }
  if (endBytes > sizeBytes) {
    throw invalidArgument(
      `Range specified is not valid for source object of size: ${sizeBytes}`,
      'x-amz-copy-source-range',
      header,
    );
  }
  return { startBytes, endBytes };
}

/** Copies a byte range into a blob of its own, digesting it anew. */
export async function copyContent(
  context: S3Context,
  source: ObjectVersion,
  range: { startBytes: number; endBytes: number },
  algorithm: ChecksumAlgorithm,
): Promise<ReceivedContent> {
  const algorithms: DigestAlgorithm[] = ['MD5', algorithm];
  await context.blobs.verify(source.segments);
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
  await context.blobs.verify(segments);
  const release = context.blobs.retain([segment.blob]);
  try {
    return { ...content, segment: { ...segment, blob: await context.blobs.link(segment.blob) } };
  } finally {
    release();
  }
}

/** `x-amz-copy-source-version-id`, where the source's bucket has versions. */
export const renderSourceVersion = (bucket: Bucket, from: ObjectVersion): Record<string, string> =>
  bucket.versioning === undefined ? {} : { 'x-amz-copy-source-version-id': from.versionId };
