import { uuid } from '../../../../core/ids.ts';
import { defineLambdaOperation } from '../context.ts';
import { validation } from '../errors.ts';
import { taggedFunction } from '../tags.ts';

export const untagResource = defineLambdaOperation({
  name: 'UntagResource',
  http: { method: 'DELETE', path: '/2017-03-31/tags/{Resource+}' },
  status: 204,
  handle({ env, store }, { path, query }) {
    const keys = query.getAll('tagKeys');
    if (keys.length === 0) throw validation(null, 'tagKeys', 'Member must not be null');
    const found = taggedFunction(store, env, path['Resource'] ?? '');
    for (const key of keys) delete found.tags[key];
    found.latest.revisionId = uuid(env.random);
    store.save(found);
    return undefined;
  },
});
