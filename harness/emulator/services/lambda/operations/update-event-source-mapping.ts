import { defineLambdaOperation } from '../context.ts';
import { resourceDoesNotExist } from '../errors.ts';

/** There are none: see `createEventSourceMapping`. */
export const updateEventSourceMapping = defineLambdaOperation({
  name: 'UpdateEventSourceMapping',
  http: { method: 'PUT', path: '/2015-03-31/event-source-mappings/{UUID}' },
  handle() {
    throw resourceDoesNotExist();
  },
});
