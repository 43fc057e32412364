import {
  invalidObjectState,
  invalidRequest,
  invalidVersionId,
  methodNotAllowed,
  noSuchKey,
  noSuchVersion,
} from '../errors.ts';
import type { Bucket } from '../store/bucket.ts';
import type { ObjectVersion } from '../store/records.ts';
import { renderHttpDate } from '../wire/object-headers.ts';
import { isVersionId } from './version-ids.ts';

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
