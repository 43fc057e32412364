import { defineLambdaOperation } from '../context.ts';
import { functionReference } from '../function-name.ts';

export const untagResource = defineLambdaOperation({
  name: 'UntagResource',
  http: { method: 'DELETE', path: '/2017-03-31/tags/{Resource+}' },
  status: 204,
  handle({ store }, { path, query }) {
    const found = store.get(functionReference(path['Resource'] ?? ''));
    for (const key of query.getAll('tagKeys')) delete found.tags[key];
    store.save(found);
    return undefined;
  },
});
