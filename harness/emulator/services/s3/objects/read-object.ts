/** What GetObject and HeadObject share: finding the version, conditions, ranges and parts, response headers. */

import type { GetObjectCommandInput } from '@aws-sdk/client-s3';
import { AwsError } from '../../../../core/errors.ts';
import type { InputTexts } from '../../../http/codecs/rest-xml.ts';
import { CHECKSUM_HEADERS } from '../checksums/algorithms.ts';
import { renderExpiration } from '../configurations/lifecycle.ts';
import type { S3Context } from '../context.ts';
import { invalidArgument, invalidPartNumber, invalidRequest } from '../errors.ts';
import type { ObjectVersion } from '../store/records.ts';
import { type ByteRange, checkReadConditions, parseRange, renderContentRange } from './conditions.ts';
import { assertCustomerKey, parseCustomerKey } from './encryption.ts';
import { assertReadable, findObject } from './find-object.ts';
import {
  renderChecksum,
  renderETag,
  renderHttpDate,
  renderObjectHeaders,
  renderVersionId,
} from './properties.ts';

/** Members that GetObject and HeadObject share. */
type ReadInput = InputTexts<GetObjectCommandInput>;

export interface ReadResult {
  version: ObjectVersion;
  versioned: boolean;
  /** Bytes to answer, end exclusive. */
  startBytes: number;
  endBytes: number;
  partial: boolean;
  /** The checksum headers that fit what is answered. */
  checksumHeaders: Record<string, string>;
  partsCount: number | undefined;
  /** `x-amz-expiration`, of a newest version that was not asked for by its id. */
  expiration: Record<string, string>;
}

const MAX_PART_NUMBER = 10_000;

/** @throws AwsError InvalidArgument */
function parsePartNumber(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (value < 1 || value > MAX_PART_NUMBER) {
    throw invalidArgument(
      'Part number must be an integer between 1 and 10000, inclusive',
      'partNumber',
      text,
    );
  }
  return value;
}

/** @throws AwsError NoSuchBucket, NoSuchKey, NotModified, PreconditionFailed, InvalidRange, InvalidPartNumber */
export function openObject(context: S3Context, input: ReadInput, method: string): ReadResult {
  const partNumber = parsePartNumber(input.PartNumber);
  if (input.Range !== undefined && partNumber !== undefined) {
    throw invalidRequest('Cannot specify both Range header and partNumber query parameter');
  }
  // Recorded: a read that leaves out the digest of its key is denied, not told what is missing.
  if (method === 'GET' && input.SSECustomerKey !== undefined && input.SSECustomerKeyMD5 === undefined)
    throw new AwsError('AccessDenied', 'Access Denied', 403);
  const customerKeyMd5 = parseCustomerKey(input);
  const bucket = context.buckets.get(input.Bucket);
  const version = findObject(bucket, input.Key, input.VersionId, method);
  assertCustomerKey(version.customerKeyMd5, customerKeyMd5);
  if (method === 'GET') assertReadable(version, context.env.clock.nowMs());
  const versioned = bucket.versioning !== undefined;
  checkReadConditions(input, version, context.env.clock.nowMs(), () => ({
    etag: renderETag(version.etag),
    'last-modified': renderHttpDate(version.lastModifiedMs),
    ...renderVersionId(version.versionId, versioned),
  }));
  const part = partNumber === undefined ? undefined : locatePart(version, partNumber);
  const range = part ?? parseRange(input.Range, version.sizeBytes);
  const { startBytes, endBytes } = range ?? { startBytes: 0, endBytes: version.sizeBytes };
  const whole = startBytes === 0 && endBytes === version.sizeBytes;
  return {
    version,
    versioned,
    startBytes,
    endBytes,
    // An empty object has no byte a Content-Range could name.
    partial: range !== undefined && version.sizeBytes > 0,
    checksumHeaders: input.ChecksumMode?.toUpperCase() === 'ENABLED' ? checksumOf(version, whole, part) : {},
    partsCount: part ? version.parts?.length : undefined,
    expiration: input.VersionId === undefined ? renderExpiration(bucket, version) : {},
  };
}

type PartRange = ByteRange & { checksum: string | undefined };

function locatePart(version: ObjectVersion, partNumber: number): PartRange {
  const { parts, sizeBytes } = version;
  if (!parts) {
    if (partNumber !== 1) throw invalidPartNumber(partNumber, 1);
    return { startBytes: 0, endBytes: sizeBytes, checksum: version.checksum?.value };
  }
  let startBytes = 0;
  for (const part of parts) {
    const endBytes = startBytes + part.sizeBytes;
    if (part.number === partNumber) return { startBytes, endBytes, checksum: part.checksum };
    startBytes = endBytes;
  }
  throw invalidPartNumber(partNumber, parts.length);
}

/** A checksum goes only with the very bytes it is of: the whole object, or one part. */
function checksumOf(
  version: ObjectVersion,
  whole: boolean,
  part: PartRange | undefined,
): Record<string, string> {
  const { checksum } = version;
  if (!checksum) return {};
  if (part && version.parts && checksum.type === 'COMPOSITE') {
    return part.checksum === undefined
      ? {}
      : { [CHECKSUM_HEADERS[checksum.algorithm]]: part.checksum, 'x-amz-checksum-type': checksum.type };
  }
  return whole ? renderChecksum(version) : {};
}

/** Status and headers of the answer. @param overrides headers that the request chose */
export function renderRead(
  read: ReadResult,
  overrides: { readonly [name: string]: string },
): { status: number; headers: { [name: string]: string | number } } {
  const { version, startBytes, endBytes, partial, partsCount } = read;
  const headers: { [name: string]: string | number } = renderObjectHeaders(version);
  headers['content-length'] = endBytes - startBytes;
  if (partial) headers['content-range'] = renderContentRange({ startBytes, endBytes }, version.sizeBytes);
  if (partsCount !== undefined) headers['x-amz-mp-parts-count'] = partsCount;
  const { checksumHeaders, expiration } = read;
  Object.assign(
    headers,
    renderVersionId(version.versionId, read.versioned),
    checksumHeaders,
    expiration,
    overrides,
  );
  return { status: partial ? 206 : 200, headers };
}
