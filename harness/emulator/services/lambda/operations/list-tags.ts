import { defineLambdaOperation } from '../context.ts';
import { taggedFunction } from '../tags.ts';

export const listTags = defineLambdaOperation({
  name: 'ListTags',
  http: { method: 'GET', path: '/2017-03-31/tags/{Resource+}' },
  handle: ({ env, store }, { path }) => ({ Tags: taggedFunction(store, env, path['Resource'] ?? '').tags }),
});
