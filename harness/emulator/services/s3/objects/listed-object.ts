/** How listings see an entry. */
import { escapeXml, RenderedXml } from '../../../http/protocols/xml.ts';
import type { KeyEntry } from '../store/bucket.ts';
import type { ObjectVersion } from '../store/records.ts';
import { renderListDate } from '../wire/list-parameters.ts';

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
export function renderContents(
  versions: readonly ObjectVersion[],
  encode: Encode,
  ownerId?: string,
): RenderedXml {
  const owner = renderOwnerElement(ownerId);
  let text = '';
  for (const version of versions) {
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
