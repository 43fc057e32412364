import { uuid } from '../../../../core/ids.ts';
import { defineLambdaOperation } from '../context.ts';
import { invalidParameter } from '../errors.ts';
import { textMap } from '../parameters.ts';
import { checkTagCount, taggedFunction } from '../tags.ts';

export const tagResource = defineLambdaOperation({
  name: 'TagResource',
  http: { method: 'POST', path: '/2017-03-31/tags/{Resource+}' },
  status: 204,
  handle({ env, store }, { path, body }) {
    const tags = textMap(body['Tags'], 'tags');
    if (Object.keys(tags).length === 0) {
      throw invalidParameter('An error occurred and the request cannot be processed.');
    }
    const found = taggedFunction(store, env, path['Resource'] ?? '');
    const all = { ...found.tags, ...tags };
    checkTagCount(all);
    found.tags = all;
    found.latest.revisionId = uuid(env.random);
    store.save(found);
    return undefined;
  },
});
