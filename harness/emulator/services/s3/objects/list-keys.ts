/**
 * The algorithm behind every listing: one pass over sorted entries, keys sharing a prefix up to the delimiter
 * rolled up into one, whole groups skipped by a seek.
 */
import { compareKeys } from '../store/key-order.ts';
import type { SortedEntries } from '../store/sorted-entries.ts';

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
