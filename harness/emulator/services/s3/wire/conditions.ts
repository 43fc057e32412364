/**
 * Conditional requests.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-requests.html, RFC 9110 section 13
 */
import { AwsError } from '../../../../core/errors.ts';
import type { WireRequest } from '../../../http/wire.ts';
import { noSuchKey, notModified, preconditionFailed } from '../errors.ts';
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
}

export function parseReadConditions(request: WireRequest, prefix = ''): ReadConditions {
  const { headers } = request;
  return {
    ifMatch: headers[`${prefix}if-match`],
    ifNoneMatch: headers[`${prefix}if-none-match`],
    ifModifiedSince: parseDate(headers[`${prefix}if-modified-since`]),
    ifUnmodifiedSince: parseDate(headers[`${prefix}if-unmodified-since`]),
  };
}

/**
 * @param headers sent along with 304 (ETag, Last-Modified); without them, as for the source of a copy, what would
 * be NotModified is PreconditionFailed.
 * @throws AwsError NotModified, PreconditionFailed
 */
export function checkReadConditions(
  conditions: ReadConditions,
  version: ObjectVersion,
  headers?: Record<string, string>,
): void {
  const { ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince } = conditions;
  const modified = toSeconds(version.lastModifiedMs);
  if (ifMatch !== undefined) {
    if (!matches(ifMatch, version.etag)) throw preconditionFailed('If-Match');
  } else if (ifUnmodifiedSince !== undefined && modified > ifUnmodifiedSince) {
    throw preconditionFailed('If-Unmodified-Since');
  }
  const unchanged = (name: string) => (headers ? notModified(headers) : preconditionFailed(name));
  if (ifNoneMatch !== undefined) {
    if (matches(ifNoneMatch, version.etag)) throw unchanged('If-None-Match');
  } else if (ifModifiedSince !== undefined && modified <= ifModifiedSince) {
    throw unchanged('If-Modified-Since');
  }
}

/** The conditions of a write: they hold at the instant the object takes its place. */
export interface WriteConditions {
  ifMatch: string | undefined;
  ifNoneMatch: string | undefined;
}

/** @throws AwsError NotImplemented for `If-None-Match` with anything but `*` */
export function parseWriteConditions(request: WireRequest): WriteConditions {
  const ifMatch = request.headers['if-match'];
  const ifNoneMatch = request.headers['if-none-match'];
  if (ifNoneMatch !== undefined && ifNoneMatch.trim() !== '*') {
    throw new AwsError(
      'NotImplemented',
      'A header you provided implies functionality that is not implemented',
      501,
      {
        details: {
          Header: 'If-None-Match',
          additionalMessage: "We don't accept the provided value of If-None-Match header for this API",
        },
      },
    );
  }
  return { ifMatch, ifNoneMatch };
}

/**
 * @param current newest version of the key, if any
 * @throws AwsError PreconditionFailed, NoSuchKey
 */
export function checkWriteConditions(
  conditions: WriteConditions,
  key: string,
  current: ObjectVersion | undefined,
): void {
  const existing = current?.deleteMarker ? undefined : current;
  if (conditions.ifNoneMatch !== undefined && existing) throw preconditionFailed('If-None-Match');
  if (conditions.ifMatch === undefined) return;
  if (!existing) throw noSuchKey(key);
  if (!matches(conditions.ifMatch, existing.etag)) throw preconditionFailed('If-Match');
}
