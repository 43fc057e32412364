/** How listings see an entry. */
import type { KeyEntry } from '../store/bucket.ts';
import type { ObjectVersion } from '../store/records.ts';
import { renderListDate, renderOwner } from '../wire/list-parameters.ts';
import { renderETag } from '../wire/object-headers.ts';

/** Keys whose newest version is a delete marker are not listed. */
export const isListed = (entry: KeyEntry): boolean => !entry.versions[0]!.deleteMarker;

/** The group a marker lies in, if it lies in one: that group was listed before. */
export function groupOf(marker: string, prefix: string, delimiter: string): string | undefined {
  if (delimiter === '' || marker === '' || !marker.startsWith(prefix)) return undefined;
  const end = marker.indexOf(delimiter, prefix.length);
  return end < 0 ? undefined : marker.slice(0, end + delimiter.length);
}

/** A Contents element. */
export function renderContents(version: ObjectVersion, encode: (text: string) => string, ownerId?: string) {
  return {
    Key: encode(version.key),
    LastModified: renderListDate(version.lastModifiedMs),
    ETag: renderETag(version.etag),
    ChecksumAlgorithm: version.checksum?.algorithm,
    ChecksumType: version.checksum?.type,
    Size: version.sizeBytes,
    Owner: ownerId === undefined ? undefined : renderOwner(ownerId),
    StorageClass: version.storageClass ?? 'STANDARD',
  };
}
