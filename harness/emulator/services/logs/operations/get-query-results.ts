import { defineJsonOperation } from '../../../http/protocols/aws-json.ts';
import type { LogsContext } from '../context.ts';
import { noSuchQuery } from '../errors.ts';
import { requiredText } from '../parameters.ts';

export const getQueryResults = defineJsonOperation<LogsContext>({
  name: 'GetQueryResults',
  handle({ queries }, input) {
    const id = requiredText(input, 'queryId');
    const query = queries.get(id);
    if (!query) throw noSuchQuery(id);
    const { results, statistics, status } = query;
    return { queryLanguage: 'CWLI', results, statistics, status };
  },
});
