import { invalidNextToken } from './errors.ts';

/** A token that stands for how many items have been given out. */
export const pageToken = (given: number): string => Buffer.from(`n${given}`).toString('base64url');

/** @throws AwsError InvalidNextToken */
export function parsePageToken(token: string): number {
  const match = /^n(\d{1,12})$/.exec(Buffer.from(token, 'base64url').toString());
  if (!match) throw invalidNextToken();
  return Number(match[1]);
}

/** One page of `items` of at most `size`, and how to go on. @throws AwsError InvalidNextToken */
export function pageOf<T>(
  items: readonly T[],
  size: number,
  token: string | undefined,
): { page: readonly T[]; NextToken?: string } {
  const start = token === undefined ? 0 : parsePageToken(token);
  const end = start + size;
  const page = items.slice(start, end);
  return end < items.length ? { page, NextToken: pageToken(end) } : { page };
}
