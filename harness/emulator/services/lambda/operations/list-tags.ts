import { defineLambdaOperation } from '../context.ts';
import { functionReference } from '../function-name.ts';

export const listTags = defineLambdaOperation({
  name: 'ListTags',
  http: { method: 'GET', path: '/2017-03-31/tags/{Resource+}' },
  handle: ({ store }, { path }) => ({
    Tags: store.get(functionReference(path['Resource'] ?? '')).tags,
  }),
});
