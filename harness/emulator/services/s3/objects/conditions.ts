/**
 * Conditional requests and byte ranges.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-requests.html, RFC 9110 sections 13 and 14
 */

import type { CopyObjectCommandInput } from '@aws-sdk/client-s3';
import type { InputTexts } from '../../../http/codecs/rest-xml.ts';
import {
  conditionalRequestConflict,
  headerNotImplemented,
  invalidRange,
  noSuchKey,
  notModified,
  preconditionFailed,
} from '../errors.ts';
import type { ObjectVersion } from '../store/records.ts';

/** Seconds: HTTP dates know nothing finer. */
const toSeconds = (milliseconds: number) => Math.floor(milliseconds / 1000);

function parseDate(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const milliseconds = Date.parse(text);
  return Number.isNaN(milliseconds) ? undefined : toSeconds(milliseconds);
}

function matches(list: string, etag: string): boolean {
  return list.split(',').some((item) => {
    const bare = item
      .trim()
      .replace(/^W\//, '')
      .replace(/^"(.*)"$/, '$1');
    return bare === '*' || bare === etag;
  });
}

/** The conditions of a read, or of a copy's source. */
export interface ReadConditions {
  IfMatch?: string | undefined;
  IfNoneMatch?: string | undefined;
  IfModifiedSince?: string | undefined;
  IfUnmodifiedSince?: string | undefined;
}

/** Conditions on the source of a copy. */
export const sourceConditionsOf = (
  input: Pick<
    InputTexts<CopyObjectCommandInput>,
    | 'CopySourceIfMatch'
    | 'CopySourceIfModifiedSince'
    | 'CopySourceIfNoneMatch'
    | 'CopySourceIfUnmodifiedSince'
  >,
): ReadConditions => ({
  IfMatch: input.CopySourceIfMatch,
  IfNoneMatch: input.CopySourceIfNoneMatch,
  IfModifiedSince: input.CopySourceIfModifiedSince,
  IfUnmodifiedSince: input.CopySourceIfUnmodifiedSince,
});

/**
 * A date in the future is no condition (RFC 9110 section 13.1.3).
 * @param headers sent along with 304 (ETag, Last-Modified); without them, as for the source of a copy, what would
 * be NotModified is PreconditionFailed.
 * @throws AwsError NotModified, PreconditionFailed
 */
export function checkReadConditions(
  conditions: ReadConditions,
  version: ObjectVersion,
  nowMs: number,
  headers?: () => Record<string, string>,
): void {
  const { IfMatch: ifMatch, IfNoneMatch: ifNoneMatch } = conditions;
  const ifModifiedSince = parseDate(conditions.IfModifiedSince);
  const ifUnmodifiedSince = parseDate(conditions.IfUnmodifiedSince);
  // Errors name the header that failed.
  const prefix = headers ? '' : 'x-amz-copy-source-';
  const modified = toSeconds(version.lastModifiedMs);
  const failed = (name: string) => preconditionFailed(`${prefix}${name}`);
  if (ifMatch !== undefined) {
    if (!matches(ifMatch, version.etag)) throw failed('If-Match');
  } else if (ifUnmodifiedSince !== undefined && modified > ifUnmodifiedSince) {
    throw failed('If-Unmodified-Since');
  }
  const unchanged = (name: string) => (headers ? notModified(headers()) : failed(name));
  if (ifNoneMatch !== undefined) {
    if (matches(ifNoneMatch, version.etag)) throw unchanged('If-None-Match');
  } else if (
    ifModifiedSince !== undefined &&
    modified <= ifModifiedSince &&
    ifModifiedSince * 1000 <= nowMs
  ) {
    throw unchanged('If-Modified-Since');
  }
}

/** The conditions of a write: they hold at the instant the object takes its place. */
export interface WriteConditions {
  ifMatch: string | undefined;
  ifNoneMatch: string | undefined;
}

interface ConditionedInput {
  IfMatch?: string | undefined;
  IfNoneMatch?: string | undefined;
}

/** @throws AwsError NotImplemented for values S3 takes in reads alone, and for both conditions at once */
export function parseWriteConditions(input: ConditionedInput): WriteConditions {
  const { IfMatch: ifMatch, IfNoneMatch: ifNoneMatch } = input;
  if (ifMatch !== undefined && ifNoneMatch !== undefined) {
    throw headerNotImplemented(
      'If-Match,If-None-Match',
      'Multiple conditional request headers present in the request',
    );
  }
  const refuse = (header: string) =>
    headerNotImplemented(header, `We don't accept the provided value of ${header} header for this API`);
  if (ifNoneMatch !== undefined && ifNoneMatch.trim() !== '*') throw refuse('If-None-Match');
  if (ifMatch?.trim() === '*') throw refuse('If-Match');
  return { ifMatch, ifNoneMatch };
}

/** What a multipart upload remembers of the key it was begun for. */
export type ConditionedUpload = { initiatedMs: number; keyExisted?: true };

/**
 * @param current newest version of the key, if any
 * @param upload the multipart upload that makes the object: what became of the key since it began is a conflict
 * @throws AwsError PreconditionFailed, NoSuchKey, ConditionalRequestConflict
 */
export function checkWriteConditions(
  conditions: WriteConditions,
  key: string,
  current: ObjectVersion | undefined,
  upload?: ConditionedUpload,
): void {
  const existing = current?.deleteMarker ? undefined : current;
  if (conditions.ifNoneMatch !== undefined) {
    if (existing) throw preconditionFailed('If-None-Match');
    if (upload?.keyExisted) throw conditionalRequestConflict('If-None-Match', key);
  }
  if (conditions.ifMatch === undefined) return;
  if (!existing) throw noSuchKey(key);
  if (!matches(conditions.ifMatch, existing.etag)) throw preconditionFailed('If-Match');
  if (upload && existing.lastModifiedMs > upload.initiatedMs) {
    throw conditionalRequestConflict('If-Match', key);
  }
}

/** Bytes from `startBytes` to before `endBytes`. */
export interface ByteRange {
  startBytes: number;
  endBytes: number;
}

const RANGE = /^bytes=(\d*)-(\d*)$/;

/**
 * The one range of a Range header (RFC 9110 section 14). Undefined where there is none, where it is not
 * understood, and for several ranges: S3 then answers the whole object.
 * @throws AwsError InvalidRange when no byte of it exists
 */
export function parseRange(header: string | undefined, sizeBytes: number): ByteRange | undefined {
  const match = header === undefined ? null : RANGE.exec(header.trim());
  if (!header || !match) return undefined;
  const [first, last] = [match[1]!, match[2]!];
  if (first === '') {
    if (last === '') return undefined;
    const length = Number(last);
    if (length === 0 || sizeBytes === 0) throw invalidRange(header, sizeBytes);
    return { startBytes: Math.max(sizeBytes - length, 0), endBytes: sizeBytes };
  }
  const startBytes = Number(first);
  if (last !== '' && Number(last) < startBytes) return undefined;
  if (startBytes >= sizeBytes) throw invalidRange(header, sizeBytes);
  return { startBytes, endBytes: last === '' ? sizeBytes : Math.min(Number(last) + 1, sizeBytes) };
}

/** The Content-Range of a partial answer. */
export const renderContentRange = ({ startBytes, endBytes }: ByteRange, sizeBytes: number): string =>
  `bytes ${startBytes}-${endBytes - 1}/${sizeBytes}`;
