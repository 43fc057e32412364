/**
 * Multipart uploads: their parts, and from the parts to an object: which parts, in which order, with which ETag and
 * checksum.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 */

import { createHash } from 'node:crypto';
import type { AwsLimits } from '../../../../core/limits.ts';
import type { ReceivedContent } from '../body/payload.ts';
import type { ChecksumAlgorithm, Hasher } from '../checksums/algorithms.ts';
import { combineCrcs } from '../checksums/combine-crc.ts';
import type { S3Context } from '../context.ts';
import {
  badDigest,
  badPartDigest,
  entityTooSmall,
  invalidArgument,
  invalidPart,
  invalidPartOrder,
  invalidRequest,
  noSuchUpload,
} from '../errors.ts';
import type { ObjectDraft } from '../operations/put-object.ts';
import type { Bucket, UploadInProgress } from '../store/bucket.ts';
import type { Checksum, ObjectVersion, Part } from '../store/records.ts';

/** @throws AwsError NoSuchUpload */
export function findUpload(bucket: Bucket, key: string, uploadId = ''): UploadInProgress {
  const found = bucket.uploads.get(uploadId);
  if (!found || found.upload.key !== key) throw noSuchUpload(uploadId);
  return found;
}

/** @throws AwsError InvalidArgument */
export function requirePartNumber(text: string | undefined, maximum: number): number {
  const value = text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : 0;
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

/** A part as CompleteMultipartUpload names it. */
export interface NamedPart {
  number: number;
  etag: string;
  checksums: { readonly [algorithm: string]: string };
}

export interface CompletionRequest {
  parts: readonly NamedPart[];
  /** Checksum of the whole object, if the client knows it. */
  checksum: { algorithm: ChecksumAlgorithm; value: string } | undefined;
  checksumType: string | undefined;
  sizeBytes: number | undefined;
}

/** @throws AwsError InvalidPart, InvalidPartOrder, EntityTooSmall, BadDigest, InvalidRequest */
export function completeUpload(
  { upload, parts }: UploadInProgress,
  request: CompletionRequest,
  limits: AwsLimits,
  hasher: () => Hasher,
): ObjectDraft {
  const chosen = choose(upload.uploadId, parts, request.parts, limits, upload.checksum !== undefined);
  const sizeBytes = chosen.reduce((sum, part) => sum + part.sizeBytes, 0);
  if (request.sizeBytes !== undefined && request.sizeBytes !== sizeBytes) {
    throw invalidRequest(
      `The provided 'x-amz-mp-object-size' header value ${request.sizeBytes} does not match what was computed: ${sizeBytes}`,
    );
  }
  const checksum = checksumOf(upload, request, chosen, hasher);
  const { uploadId, initiatedMs: _, keyExisted: _existed, checksum: _checksum, ...properties } = upload;
  return {
    ...properties,
    uploadId,
    sizeBytes,
    etag: etagOf(chosen),
    segments: chosen.flatMap(({ segment }) => segment ?? []),
    parts: chosen.map((part) => ({
      number: part.number,
      sizeBytes: part.sizeBytes,
      ...(part.checksum ? { checksum: part.checksum.value } : {}),
    })),
    ...(checksum ? { checksum } : {}),
  };
}

/** MD5 of the MD5s of the parts, and how many there are. ETags that clients name may be no MD5s at all. */
function etagOf(parts: readonly { etag: string }[]): string {
  const md5 = createHash('md5');
  for (const part of parts) md5.update(Buffer.from(bareETag(part.etag), 'hex'));
  return `${md5.digest('hex')}-${parts.length}`;
}

const bareETag = (etag: string): string => etag.replace(/^"(.*)"$/, '$1');

/**
 * What an earlier request completed this upload to, of the same parts: clients send a completion again when its
 * answer was lost.
 */
export function findCompleted(
  bucket: Bucket,
  key: string,
  uploadId: string,
  { parts }: CompletionRequest,
): ObjectVersion | undefined {
  if (bucket.uploads.has(uploadId)) return undefined;
  const made = bucket.entries.find(key)?.versions.find((version) => version.uploadId === uploadId);
  return made && made.etag === etagOf(parts) ? made : undefined;
}

function choose(
  uploadId: string,
  parts: ReadonlyMap<number, Part>,
  named: readonly NamedPart[],
  limits: AwsLimits,
  hasAlgorithm: boolean,
): Part[] {
  let before = 0;
  for (const { number } of named) {
    if (number <= before) throw invalidPartOrder(uploadId);
    before = number;
  }
  return named.map(({ number, etag, checksums }, index) => {
    const part = parts.get(number);
    const bare = bareETag(etag);
    if (!part || part.etag !== bare) throw invalidPart(uploadId, number, bare);
    const given = part.checksum && checksums[part.checksum.algorithm];
    if (given !== undefined && given !== part.checksum?.value) throw invalidPart(uploadId, number, bare);
    // Of an upload without an algorithm, clients name what they sent with the part.
    const other = hasAlgorithm && Object.keys(checksums).find((one) => one !== part.checksum?.algorithm);
    if (other) throw badPartDigest(other, number);
    if (
      index < named.length - 1 &&
      part.sizeBytes < limits.s3MinPartBytes &&
      Number.isFinite(limits.s3MinPartBytes)
    ) {
      throw entityTooSmall(number, part.sizeBytes, part.etag, limits.s3MinPartBytes);
    }
    return part;
  });
}

function checksumOf(
  upload: UploadInProgress['upload'],
  request: CompletionRequest,
  parts: readonly Part[],
  hasher: () => Hasher,
): Checksum | undefined {
  const { algorithm, type } = upload.checksum ?? {
    algorithm: 'CRC64NVME' as const,
    type: 'FULL_OBJECT' as const,
  };
  if (request.checksumType !== undefined && request.checksumType !== type) {
    throw invalidRequest(
      `The upload was created using the ${upload.checksum ? type : 'null'} checksum mode. The complete request must use the same checksum mode.`,
    );
  }
  if (upload.checksum && type === 'COMPOSITE') requirePartChecksums(algorithm, request.parts);
  const values = parts.map(({ checksum, sizeBytes }) =>
    checksum?.algorithm === algorithm ? { crc: Buffer.from(checksum.value, 'base64'), sizeBytes } : undefined,
  );
  const known = values.filter((value) => value !== undefined);
  if (known.length < parts.length) return undefined;
  const computed: Checksum =
    type === 'FULL_OBJECT'
      ? { algorithm, type, value: combineCrcs(algorithm, known).toString('base64') }
      : { algorithm, type, value: `${composite(known, hasher()).toString('base64')}-${parts.length}` };
  const given = request.checksum;
  if (given && upload.checksum) {
    // Without a type S3 takes the value for a composite one.
    const isOfWhole = type === 'COMPOSITE' || request.checksumType !== undefined;
    if (!isOfWhole || given.algorithm !== algorithm || given.value !== computed.value)
      throw badDigest(algorithm.toLowerCase());
  }
  return computed;
}

function composite(values: readonly { crc: Buffer }[], hasher: Hasher): Buffer {
  for (const { crc } of values) hasher.update(crc);
  return hasher.digest();
}

function requirePartChecksums(algorithm: ChecksumAlgorithm, parts: readonly NamedPart[]): void {
  for (const { number, checksums } of parts) {
    if (checksums[algorithm] !== undefined) continue;
    throw invalidRequest(
      `The upload was created using a ${algorithm.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${number} in the request.`,
    );
  }
}
