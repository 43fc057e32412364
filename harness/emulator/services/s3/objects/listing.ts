/** Listings of keys, versions and uploads: one page of each, and how entries are rendered. */

import { compareKeys, type SortedEntries } from '../../../../core/sorted-entries.ts';
import { escapeXml, RenderedXml } from '../../../http/protocols/xml.ts';
import type { KeyEntry, UploadInProgress } from '../store/bucket.ts';
import type { ObjectVersion, Upload } from '../store/records.ts';
import { renderListDate } from './list-parameters.ts';

export interface ListRequest<E> {
  prefix: string;
  /** Empty for none. */
  delimiter: string;
  /** Only what comes after this key; undefined from the start. */
  after: string | undefined;
  /** The last page ended in, or a marker names, this group: it is not listed again. */
  afterGroup?: string | undefined;
  maxKeys: number;
  /** Entries for which this is false are as if they were not there (delete markers). */
  isListed: (entry: E) => boolean;
}

export interface ListPage<E> {
  entries: E[];
  commonPrefixes: string[];
  /** There is more, after `last`. */
  truncated: boolean;
  /** The last key or group of the page, in key order. */
  last: { key: string; isGroup: boolean } | undefined;
}

/** One page. Keys and groups together count towards `maxKeys`. */
export function listKeys<E extends { readonly key: string }>(
  entries: SortedEntries<E>,
  request: ListRequest<E>,
): ListPage<E> {
  const { prefix, delimiter, after, afterGroup, maxKeys, isListed } = request;
  const page: ListPage<E> = { entries: [], commonPrefixes: [], truncated: false, last: undefined };
  if (maxKeys === 0) return page;
  const isBefore = (key: string) =>
    compareKeys(key, prefix) < 0 ||
    (after !== undefined && compareKeys(key, after) <= 0) ||
    (afterGroup !== undefined && key.startsWith(afterGroup));
  // `isBefore` must hold for a run of first keys; with a group it does, since what comes before the group does too.
  const start =
    afterGroup === undefined ? isBefore : (key: string) => compareKeys(key, afterGroup) < 0 || isBefore(key);
  let cursor = entries.seek(start);
  for (let entry = cursor.next(); entry !== undefined; entry = cursor.next()) {
    const { key } = entry;
    if (!key.startsWith(prefix)) break;
    if (!isListed(entry)) continue;
    if (page.entries.length + page.commonPrefixes.length === maxKeys) {
      page.truncated = true;
      break;
    }
    const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    if (end < 0) {
      page.entries.push(entry);
      page.last = { key, isGroup: false };
      continue;
    }
    const group = key.slice(0, end + delimiter.length);
    page.commonPrefixes.push(group);
    page.last = { key: group, isGroup: true };
    cursor = entries.seek((other) => compareKeys(other, group) < 0 || other.startsWith(group));
  }
  return page;
}

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

export interface UploadListRequest {
  prefix: string;
  delimiter: string;
  /** Uploads of this key are listed only when `uploadIdMarker` names one, and only those after it. */
  keyMarker: string;
  uploadIdMarker: string;
  afterGroup: string | undefined;
  maxUploads: number;
}

export interface UploadPage {
  uploads: Upload[];
  commonPrefixes: string[];
  /** Where the next page starts; undefined on the last. */
  next: { key: string; uploadId: string } | undefined;
}

/** One page of the uploads in progress, by key, then by the time they began. */
export function listUploads(all: Iterable<UploadInProgress>, request: UploadListRequest): UploadPage {
  const { prefix, delimiter, keyMarker, uploadIdMarker, afterGroup, maxUploads } = request;
  const sorted = [...all]
    .map(({ upload }) => upload)
    .filter(({ key }) => key.startsWith(prefix))
    .sort(
      (a, b) =>
        compareKeys(a.key, b.key) || a.initiatedMs - b.initiatedMs || (a.uploadId < b.uploadId ? -1 : 1),
    );
  let start = 0;
  if (keyMarker !== '') {
    const named = sorted.findIndex(({ key, uploadId }) => key === keyMarker && uploadId === uploadIdMarker);
    const after = sorted.findIndex(({ key }) => compareKeys(key, keyMarker) > 0);
    start = named >= 0 ? named + 1 : after >= 0 ? after : sorted.length;
  }
  const page: UploadPage = { uploads: [], commonPrefixes: [], next: undefined };
  let last: { key: string; uploadId: string } | undefined;
  let group: string | undefined;
  for (const upload of sorted.slice(start)) {
    const { key, uploadId } = upload;
    if (afterGroup !== undefined && key.startsWith(afterGroup)) continue;
    if (group !== undefined && key.startsWith(group)) continue;
    if (page.uploads.length + page.commonPrefixes.length >= maxUploads) {
      page.next = last;
      break;
    }
    const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    if (end < 0) {
      page.uploads.push(upload);
      last = { key, uploadId };
    } else {
      group = key.slice(0, end + delimiter.length);
      page.commonPrefixes.push(group);
      last = { key: group, uploadId: '' };
    }
  }
  return page;
}

/** Keys whose newest version is a delete marker are not listed. */
export const isListed = (entry: KeyEntry): boolean => !entry.versions[0]!.deleteMarker;

/** The group a marker lies in, if it lies in one: that group was listed before. */
export function groupOf(marker: string, prefix: string, delimiter: string): string | undefined {
  if (delimiter === '' || marker === '' || !marker.startsWith(prefix)) return undefined;
  const end = marker.indexOf(delimiter, prefix.length);
  return end < 0 ? undefined : marker.slice(0, end + delimiter.length);
}

type Encode = (text: string) => string;

/** Contents elements. A page has a thousand: they are written in one go. */
export function renderContents(entries: readonly KeyEntry[], encode: Encode, ownerId?: string): RenderedXml {
  const owner = renderOwnerElement(ownerId);
  let text = '';
  for (const { versions } of entries) {
    const version = versions[0]!;
    text += `<Contents>${keyOf(version, encode)}${dateOf(version)}${contentOf(version)}${owner}${storageOf(version)}</Contents>`;
  }
  return new RenderedXml(text);
}

export interface ListedVersion {
  version: ObjectVersion;
  isLatest: boolean;
}

/** Version elements, and DeleteMarker elements after them. */
export function renderVersions(
  versions: readonly ListedVersion[],
  encode: Encode,
  ownerId: string,
): RenderedXml {
  const owner = renderOwnerElement(ownerId);
  let text = '';
  let markers = '';
  for (const { version, isLatest } of versions) {
    const described = `${keyOf(version, encode)}<VersionId>${escapeXml(version.versionId)}</VersionId><IsLatest>${isLatest}</IsLatest>${dateOf(version)}${owner}`;
    if (version.deleteMarker) markers += `<DeleteMarker>${described}</DeleteMarker>`;
    else text += `<Version>${described}${contentOf(version)}${storageOf(version)}</Version>`;
  }
  return new RenderedXml(text + markers);
}

/** CommonPrefixes elements. */
export const renderPrefixes = (page: { commonPrefixes: readonly string[] }, encode: Encode) =>
  page.commonPrefixes.map((prefix) => ({ Prefix: encode(prefix) }));

const renderOwnerElement = (ownerId: string | undefined): string =>
  ownerId === undefined ? '' : `<Owner><ID>${escapeXml(ownerId)}</ID></Owner>`;

const keyOf = ({ key }: ObjectVersion, encode: Encode): string => `<Key>${escapeXml(encode(key))}</Key>`;

const dateOf = ({ lastModifiedMs }: ObjectVersion): string =>
  `<LastModified>${renderListDate(lastModifiedMs)}</LastModified>`;

/** ETags are hexadecimal, with a count of parts; checksums are of the few that there are. */
function contentOf({ etag, checksum, sizeBytes }: ObjectVersion): string {
  const checked =
    checksum === undefined
      ? ''
      : `<ChecksumAlgorithm>${checksum.algorithm}</ChecksumAlgorithm><ChecksumType>${checksum.type}</ChecksumType>`;
  return `<ETag>&quot;${etag}&quot;</ETag>${checked}<Size>${sizeBytes}</Size>`;
}

const storageOf = ({ storageClass = 'STANDARD' }: ObjectVersion): string =>
  `<StorageClass>${escapeXml(storageClass)}</StorageClass>`;
