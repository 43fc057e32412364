import { type Page, type PageRequest, pageOf } from '../../http/pages.ts';
import { invalidToken } from './errors.ts';

const DEFAULT_PAGE = 50;

interface ListInput {
  nextToken?: string | undefined;
}

/** One page of a list, 50 entries unless `size` says otherwise. @throws AwsError InvalidParameterException */
export function logsPage<T>(
  entries: Iterable<T>,
  { nextToken }: ListInput,
  {
    size = DEFAULT_PAGE,
    ...list
  }: Pick<PageRequest<T>, 'list' | 'keyOf' | 'isAfter'> & { size?: number | undefined },
): Page<T> {
  return pageOf(entries, { ...list, maxResults: size, nextToken, invalidToken });
}

/** One page of what a map holds, in the order of its keys. */
export function pageByKey<T>(
  entries: Iterable<readonly [string, T]>,
  input: ListInput & { limit?: number | undefined },
  list: string,
): { values: T[]; nextToken: string | undefined } {
  const sorted = [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
  const page = logsPage(sorted, input, { list, size: input.limit, keyOf: ([key]) => key });
  return { values: page.entries.map(([, value]) => value), nextToken: page.nextToken };
}
