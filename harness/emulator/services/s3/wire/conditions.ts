/**
 * Conditional requests.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-requests.html, RFC 9110 section 13
 */
import type { WireRequest } from '../../../http/wire.ts';
import {
  conditionalRequestConflict,
  headerNotImplemented,
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

/** The conditions of a read (`prefix` empty) or of a copy's source (`prefix` `x-amz-copy-source-`). */
export interface ReadConditions {
  ifMatch: string | undefined;
  ifNoneMatch: string | undefined;
  ifModifiedSince: number | undefined;
  ifUnmodifiedSince: number | undefined;
  /** Put before the names of conditions in errors: `x-amz-copy-source-`, or nothing. */
  prefix: string;
}

export function parseReadConditions(request: WireRequest, prefix = ''): ReadConditions {
  const { headers } = request;
  return {
    ifMatch: headers[`${prefix}if-match`],
    ifNoneMatch: headers[`${prefix}if-none-match`],
    ifModifiedSince: parseDate(headers[`${prefix}if-modified-since`]),
    ifUnmodifiedSince: parseDate(headers[`${prefix}if-unmodified-since`]),
    prefix,
  };
}

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
  headers?: Record<string, string>,
): void {
  const { ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince, prefix } = conditions;
  const modified = toSeconds(version.lastModifiedMs);
  const failed = (name: string) => preconditionFailed(`${prefix}${name}`);
  if (ifMatch !== undefined) {
    if (!matches(ifMatch, version.etag)) throw failed('If-Match');
  } else if (ifUnmodifiedSince !== undefined && modified > ifUnmodifiedSince) {
    throw failed('If-Unmodified-Since');
  }
  const unchanged = (name: string) => (headers ? notModified(headers) : failed(name));
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

/** @throws AwsError NotImplemented for values S3 takes in reads alone, and for both conditions at once */
export function parseWriteConditions(request: WireRequest): WriteConditions {
  const ifMatch = request.headers['if-match'];
  const ifNoneMatch = request.headers['if-none-match'];
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
