import { defineJsonOperation } from '../../../http/protocols/aws-json.ts';
import type { LogsContext } from '../context.ts';
import { nameOfToken, nameToken } from '../page-token.ts';
import { optionalInteger, optionalText } from '../parameters.ts';

const MAX_QUERIES = 1000;

export const describeQueries = defineJsonOperation<LogsContext>({
  name: 'DescribeQueries',
  handle({ store, queries }, input) {
    const logGroupName = optionalText(input, 'logGroupName');
    if (logGroupName !== undefined) store.group(logGroupName);
    const status = optionalText(input, 'status');
    const size = optionalInteger(input, 'maxResults', { min: 1, max: MAX_QUERIES }) ?? MAX_QUERIES;
    const found = queries.all
      .filter((query) => logGroupName === undefined || query.logGroupName === logGroupName)
      .filter((query) => status === undefined || query.status === status);
    const token = optionalText(input, 'nextToken');
    const start = token === undefined ? 0 : found.findIndex(({ id }) => id === nameOfToken(token)) + 1;
    const page = found.slice(start, start + size);
    return {
      queries: page.map((query) => ({
        queryLanguage: 'CWLI',
        queryId: query.id,
        queryString: query.text,
        status: query.status,
        createTime: query.createdMs,
        logGroupName: query.logGroupName,
      })),
      nextToken: start + page.length < found.length ? nameToken(page.at(-1)!.id) : undefined,
    };
  },
});
