/**
 * Pages of a list, one way for all services. A token names the last entry of its page and the list it belongs to, so
 * that entries which come or go between two pages neither repeat nor hide others, and a token of one list is refused
 * by another.
 */
import { createHash } from 'node:crypto';
import type { AwsError } from '../../core/errors.ts';

export interface Page<T> {
  entries: T[];
  /** Opaque to clients; undefined on the last page. */
  nextToken: string | undefined;
}

export interface PageRequest<T> {
  /** Identifies the list with its filters: a token of another list is refused. */
  list: string;
  /** Entries at most. */
  maxResults: number;
  nextToken: string | undefined;
  /** An entry's key, unique within the list. */
  keyOf(entry: T): string;
  /**
   * True when `entry` comes after the key that a token holds. Left out, the entries are in the order of their keys'
   * UTF-16 code units.
   */
  isAfter?(entry: T, key: string): boolean;
  /** AWS's error for a token that is not of this list. */
  invalidToken(): AwsError;
}

/** The page of `entries` after `nextToken`. @throws the error of `invalidToken` */
export function pageOf<T>(entries: Iterable<T>, request: PageRequest<T>): Page<T> {
  const { list, maxResults, nextToken, keyOf, invalidToken } = request;
  const isAfter = request.isAfter ?? ((entry, key) => keyOf(entry) > key);
  const after = nextToken === undefined ? undefined : openToken(list, nextToken, invalidToken);
  const page: T[] = [];
  for (const entry of entries) {
    if (after !== undefined && !isAfter(entry, after)) continue;
    if (page.length === maxResults) return { entries: page, nextToken: sealToken(list, keyOf(page.at(-1)!)) };
    page.push(entry);
  }
  return { entries: page, nextToken: undefined };
}

/** A token that holds a position in a list. */
export function sealToken(list: string, key: string): string {
  return Buffer.from(JSON.stringify([digestOf(list), key])).toString('base64');
}

/** The position a token holds. @throws the error of `invalidToken` when it is not of this list */
export function openToken(list: string, token: string, invalidToken: () => AwsError): string {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(token, 'base64').toString('utf8'));
    if (Array.isArray(parsed) && parsed[0] === digestOf(list) && typeof parsed[1] === 'string')
      return parsed[1];
  } catch {
    // Not a token of this emulator: refused below.
  }
  throw invalidToken();
}

/** AWS allows 1,024 characters of token; ARNs and filters are longer. */
function digestOf(list: string): string {
  return createHash('sha256').update(list).digest('base64url').slice(0, 16);
}
