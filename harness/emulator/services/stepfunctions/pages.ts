/**
 * Pages of a list. A token names the last entry of its page and the list it belongs to, so that entries which
 * come or go between two pages neither repeat nor hide others, and a token of one list is refused by another.
 */
import { createHash } from 'node:crypto';
import { invalidPaginationToken } from './errors.ts';

export interface Page<T> {
  entries: T[];
  nextToken: string | undefined;
}

/**
 * The page of `entries` after `nextToken`. `list` identifies the list with its filters; `keyOf` gives an entry's
 * key, unique and in the list's order under `compare`.
 */
export function pageOf<T>(
  entries: Iterable<T>,
  options: {
    list: string;
    maxResults: number;
    nextToken: string | undefined;
    keyOf: (entry: T) => string;
    /** True when `entry` comes after the key a token holds. */
    isAfter: (entry: T, key: string) => boolean;
  },
): Page<T> {
  const { list, maxResults, nextToken, keyOf, isAfter } = options;
  const after = nextToken === undefined ? undefined : openToken(list, nextToken);
  const page: T[] = [];
  for (const entry of entries) {
    if (after !== undefined && !isAfter(entry, after)) continue;
    if (page.length === maxResults) return { entries: page, nextToken: sealToken(list, keyOf(page.at(-1)!)) };
    page.push(entry);
  }
  return { entries: page, nextToken: undefined };
}

/** A token that holds a place in a list; opaque to clients. */
export function sealToken(list: string, key: string): string {
  return Buffer.from(JSON.stringify([mark(list), key])).toString('base64');
}

/** The place a token holds; throws InvalidToken when it is not of this list. */
export function openToken(list: string, token: string): string {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(token, 'base64').toString('utf8'));
    if (Array.isArray(parsed) && parsed[0] === mark(list) && typeof parsed[1] === 'string') return parsed[1];
  } catch {
    // Not one of ours: refused below.
  }
  throw invalidPaginationToken();
}

/** AWS allows 1,024 characters of token; ARNs and filters are longer. */
function mark(list: string): string {
  return createHash('sha256').update(list).digest('base64url').slice(0, 16);
}
