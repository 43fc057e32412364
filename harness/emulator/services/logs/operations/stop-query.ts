import { defineJsonOperation } from '../../../http/protocols/aws-json.ts';
import type { LogsContext } from '../context.ts';
import { invalidParameter, noSuchQuery } from '../errors.ts';
import { requiredText } from '../parameters.ts';

export const stopQuery = defineJsonOperation<LogsContext>({
  name: 'StopQuery',
  handle({ queries }, input) {
    const id = requiredText(input, 'queryId');
    const query = queries.get(id);
    if (!query) throw noSuchQuery(id);
    if (query.status !== 'Running')
      throw invalidParameter(`Query is already ended with ${query.status} status.`);
    query.status = 'Cancelled';
    return { success: true };
  },
});
