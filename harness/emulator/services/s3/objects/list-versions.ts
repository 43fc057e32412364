/** Listing of all versions: by key, newest first, delete markers among them. */
import type { KeyEntry } from '../store/bucket.ts';
import { compareKeys } from '../store/key-order.ts';
import type { SortedEntries } from '../store/sorted-entries.ts';
import type { ListedVersion } from './listed-object.ts';

export interface VersionListRequest {
  prefix: string;
  delimiter: string;
  keyMarker: string;
  /** Within the versions of `keyMarker`, only those older than this one; without it none of them. */
  versionIdMarker: string | undefined;
  afterGroup: string | undefined;
  maxKeys: number;
}

export interface VersionPage {
  versions: ListedVersion[];
  commonPrefixes: string[];
  next: { key: string; versionId: string | undefined } | undefined;
}

export function listVersions(entries: SortedEntries<KeyEntry>, request: VersionListRequest): VersionPage {
  const { prefix, delimiter, keyMarker, versionIdMarker, afterGroup, maxKeys } = request;
  const page: VersionPage = { versions: [], commonPrefixes: [], next: undefined };
  if (maxKeys === 0) return page;
  const isBefore = (key: string) => {
    if (compareKeys(key, prefix) < 0) return true;
    if (afterGroup !== undefined) return compareKeys(key, afterGroup) < 0 || key.startsWith(afterGroup);
    const order = keyMarker === '' ? 1 : compareKeys(key, keyMarker);
    return order < 0 || (order === 0 && versionIdMarker === undefined);
  };
  let last: VersionPage['next'];
  let cursor = entries.seek(isBefore);
  for (let entry = cursor.next(); entry?.key.startsWith(prefix); entry = cursor.next()) {
    const { key } = entry;
    const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    if (end >= 0) {
      if (page.versions.length + page.commonPrefixes.length === maxKeys) return { ...page, next: last };
      const group = key.slice(0, end + delimiter.length);
      page.commonPrefixes.push(group);
      last = { key: group, versionId: undefined };
      cursor = entries.seek((other) => compareKeys(other, group) < 0 || other.startsWith(group));
      continue;
    }
    const named =
      key === keyMarker ? entry.versions.findIndex(({ versionId }) => versionId === versionIdMarker) : -1;
    for (let i = named + 1; i < entry.versions.length; i++) {
      if (page.versions.length + page.commonPrefixes.length === maxKeys) return { ...page, next: last };
      const version = entry.versions[i]!;
      page.versions.push({ version, isLatest: i === 0 });
      last = { key, versionId: version.versionId };
    }
  }
  return page;
}
