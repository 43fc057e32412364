import { defineLambdaOperation } from '../context.ts';

/** There are none: see `createEventSourceMapping`. */
export const listEventSourceMappings = defineLambdaOperation({
  name: 'ListEventSourceMappings',
  http: { method: 'GET', path: '/2015-03-31/event-source-mappings' },
  handle: () => ({ EventSourceMappings: [] }),
});
