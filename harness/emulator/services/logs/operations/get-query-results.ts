import { defineJsonOperation } from '../../../http/protocols/aws-json.ts';
import type { LogsContext } from '../context.ts';
import { invalidParameter, noSuchQuery } from '../errors.ts';
import { nameOfToken, nameToken } from '../page-token.ts';
import { optionalInteger, optionalText, requiredText } from '../parameters.ts';

const MAX_ITEMS = 10_000;

/** All rows, or a page of them where `maxItems` asks for one. */
export const getQueryResults = defineJsonOperation<LogsContext>({
  name: 'GetQueryResults',
  handle({ queries }, input) {
    const id = requiredText(input, 'queryId');
    const query = queries.get(id);
    if (!query) throw noSuchQuery(id);
    const { results, statistics, status } = query;
    const size = optionalInteger(input, 'maxItems', { min: 1, max: MAX_ITEMS }) ?? MAX_ITEMS;
    const token = optionalText(input, 'nextToken');
    const start = token === undefined ? 0 : Number(nameOfToken(token));
    if (!Number.isInteger(start) || start < 0) throw invalidParameter('The specified nextToken is invalid.');
    const end = start + size;
    return {
      queryLanguage: 'CWLI',
      results: results.slice(start, end),
      statistics,
      status,
      nextToken: end < results.length ? nameToken(String(end)) : undefined,
    };
  },
});
