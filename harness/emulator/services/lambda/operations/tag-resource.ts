import { defineLambdaOperation } from '../context.ts';
import { functionReference } from '../function-name.ts';
import { textMap } from '../parameters.ts';

export const tagResource = defineLambdaOperation({
  name: 'TagResource',
  http: { method: 'POST', path: '/2017-03-31/tags/{Resource+}' },
  status: 204,
  handle({ store }, { path, body }) {
    const found = store.get(functionReference(path['Resource'] ?? ''));
    Object.assign(found.tags, textMap(body['Tags'], 'tags'));
    store.save(found);
    return undefined;
  },
});
