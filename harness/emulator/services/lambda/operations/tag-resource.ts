import { defineLambdaOperation } from '../context.ts';
import { invalidParameter } from '../errors.ts';
import { textMap } from '../parameters.ts';
import { checkTagCount, tagged } from '../tags.ts';

export const tagResource = defineLambdaOperation({
  name: 'TagResource',
  http: { method: 'POST', path: '/2017-03-31/tags/{Resource+}' },
  status: 204,
  handle(context, { path, body }) {
    const tags = textMap(body['Tags'], 'tags');
    if (Object.keys(tags).length === 0) {
      throw invalidParameter('An error occurred and the request cannot be processed.');
    }
    const resource = tagged(context, path['Resource'] ?? '');
    const all = { ...resource.tags, ...tags };
    checkTagCount(all);
    resource.retag(all);
    return undefined;
  },
});
