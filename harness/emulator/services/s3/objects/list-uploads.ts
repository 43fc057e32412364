import type { UploadInProgress } from '../store/bucket.ts';
import { compareKeys } from '../store/key-order.ts';
import type { Upload } from '../store/records.ts';

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
