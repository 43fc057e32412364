import { defineLambdaOperation } from '../context.ts';
import { validation } from '../errors.ts';
import { tagged } from '../tags.ts';

export const untagResource = defineLambdaOperation({
  name: 'UntagResource',
  http: { method: 'DELETE', path: '/2017-03-31/tags/{Resource+}' },
  status: 204,
  handle(context, { path, query }) {
    const keys = query.getAll('tagKeys');
    if (keys.length === 0) throw validation(null, 'tagKeys', 'Member must not be null');
    const resource = tagged(context, path['Resource'] ?? '');
    const left = Object.entries(resource.tags).filter(([key]) => !keys.includes(key));
    resource.retag(Object.fromEntries(left));
    return undefined;
  },
});
