/**
 * Names and version ids that S3 accepts, and the version of an object that a request is for.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html, .../object-keys.html
 */

import { createHash } from 'node:crypto';
import {
  invalidBucketName,
  invalidObjectState,
  invalidRequest,
  invalidVersionId,
  methodNotAllowed,
  noSuchKey,
  noSuchVersion,
} from '../errors.ts';
import type { Bucket } from '../store/bucket.ts';
import type { ObjectVersion } from '../store/records.ts';
import { renderHttpDate } from './properties.ts';

const BUCKET_NAME = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const IP_ADDRESS = /^\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}$/;
const RESERVED = /^(?:xn--|sthree-|amzn-s3-demo-)|(?:-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/;

/** A valid name is safe as the name of a folder. @throws AwsError InvalidBucketName */
export function assertBucketName(name: string): void {
  if (!BUCKET_NAME.test(name) || IP_ADDRESS.test(name) || RESERVED.test(name) || /\.[.-]|-\./.test(name)) {
    throw invalidBucketName(name);
  }
}

const HEAD_LENGTH = 26;
const ID = /^[A-Za-z0-9._]{32}$/;

const digest = (text: string): string =>
  createHash('sha256').update(text).digest('base64url').replaceAll('-', '.');

const checkOf = (head: string): string => digest(`version/${head}`).slice(0, 32 - HEAD_LENGTH);

/** The id that belongs to a seed. */
export function makeVersionId(seed: string): string {
  const head = digest(seed).slice(0, HEAD_LENGTH);
  return `${head}${checkOf(head)}`;
}

/** True for `null`, and for what `makeVersionId` may have made, here or elsewhere. */
export function isVersionId(text: string): boolean {
  if (text === 'null') return true;
  return ID.test(text) && text.endsWith(checkOf(text.slice(0, HEAD_LENGTH)));
}

/**
 * The version a read is for: the newest, or the one named.
 * @throws AwsError NoSuchKey, NoSuchVersion, InvalidArgument, MethodNotAllowed (a delete marker that was named)
 */
export function findObject(
  bucket: Bucket,
  key: string,
  versionId: string | undefined,
  method = 'GET',
): ObjectVersion {
  const version = bucket.find(key, versionId);
  if (versionId !== undefined) {
    if (!version) throw isVersionId(versionId) ? noSuchVersion(key, versionId) : invalidVersionId(versionId);
    if (version.deleteMarker) throw markerNotAllowed(method, version);
    return version;
  }
  if (version?.deleteMarker) {
    throw noSuchKey(key, { 'x-amz-delete-marker': 'true', 'x-amz-version-id': version.versionId });
  }
  if (!version) throw noSuchKey(key);
  return version;
}

/**
 * As `findObject`, for an object's tags and for changes of its list: a delete marker has none, named or not.
 * @throws AwsError as `findObject`
 */
export function findTagged(
  bucket: Bucket,
  key: string,
  versionId: string | undefined,
  method: string,
): ObjectVersion {
  const newest = bucket.find(key, versionId);
  if (newest?.deleteMarker) throw markerNotAllowed(method, newest);
  return findObject(bucket, key, versionId, method);
}

/** As `findObject`, for the source of a copy. @throws AwsError as `findObject`, InvalidRequest, InvalidObjectState */
export function findCopySource(
  bucket: Bucket,
  { key, versionId }: { key: string; versionId: string | undefined },
  nowMs: number,
): ObjectVersion {
  if (versionId !== undefined && bucket.find(key, versionId)?.deleteMarker) {
    throw invalidRequest(
      'The source of a copy request may not specifically refer to a delete marker by version id.',
    );
  }
  const version = findObject(bucket, key, versionId);
  if (isUnreadable(version, nowMs)) {
    throw invalidObjectState(
      "Operation is not valid for the source object's storage class",
      version.storageClass!,
    );
  }
  return version;
}

/** What is archived can be read once it is restored. */
const isUnreadable = (version: ObjectVersion, nowMs: number): boolean =>
  isArchived(version) && !(version.restoredUntilMs !== undefined && version.restoredUntilMs > nowMs);

export const isArchived = ({ storageClass }: ObjectVersion): boolean =>
  storageClass === 'GLACIER' || storageClass === 'DEEP_ARCHIVE';

/** @throws AwsError InvalidObjectState */
export function assertReadable(version: ObjectVersion, nowMs: number): void {
  if (!isUnreadable(version, nowMs)) return;
  throw invalidObjectState(
    "The operation is not valid for the object's storage class",
    version.storageClass!,
  );
}

const markerNotAllowed = (method: string, marker: ObjectVersion) =>
  methodNotAllowed(method, 'DeleteMarker', {
    'x-amz-delete-marker': 'true',
    'x-amz-version-id': marker.versionId,
    'last-modified': renderHttpDate(marker.lastModifiedMs),
    allow: 'DELETE',
  });
