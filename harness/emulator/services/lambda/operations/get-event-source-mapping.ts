import { defineLambdaOperation } from '../context.ts';
import { resourceDoesNotExist } from '../errors.ts';

/** There are none: see `createEventSourceMapping`. */
export const getEventSourceMapping = defineLambdaOperation({
  name: 'GetEventSourceMapping',
  http: { method: 'GET', path: '/2015-03-31/event-source-mappings/{UUID}' },
  handle() {
    throw resourceDoesNotExist();
  },
});
