import { defineLambdaOperation } from '../context.ts';
import { tagged } from '../tags.ts';

export const listTags = defineLambdaOperation({
  name: 'ListTags',
  http: { method: 'GET', path: '/2017-03-31/tags/{Resource+}' },
  handle: (context, { path }) => ({ Tags: tagged(context, path['Resource'] ?? '').tags }),
});
