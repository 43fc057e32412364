import { invalidArgument, methodNotAllowed, noSuchKey, noSuchVersion } from '../errors.ts';
import type { Bucket } from '../store/bucket.ts';
import type { ObjectVersion } from '../store/records.ts';
import { renderHttpDate } from '../wire/object-headers.ts';

const VERSION_ID = /^(?:null|[A-Za-z0-9._]{32})$/;

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
    if (!version && !VERSION_ID.test(versionId)) {
      throw invalidArgument('Invalid version id specified', 'versionId', versionId);
    }
    if (!version) throw noSuchVersion(key, versionId);
    if (version.deleteMarker) {
      throw methodNotAllowed(method, 'DeleteMarker', {
        'x-amz-delete-marker': 'true',
        'x-amz-version-id': versionId,
        'last-modified': renderHttpDate(version.lastModifiedMs),
        allow: 'DELETE',
      });
    }
    return version;
  }
  if (version?.deleteMarker) {
    throw noSuchKey(key, { 'x-amz-delete-marker': 'true', 'x-amz-version-id': version.versionId });
  }
  if (!version) throw noSuchKey(key);
  return version;
}
