import { defineLambdaOperation, page } from '../context.ts';
import { functionConfiguration } from '../shapes.ts';

export const listVersionsByFunction = defineLambdaOperation({
  name: 'ListVersionsByFunction',
  http: { method: 'GET', path: '/2015-03-31/functions/{FunctionName}/versions' },
  handle({ env, store }, input) {
    const found = store.get(input.reference());
    const { items, next } = page(input.query, [found.latest, ...found.published]);
    return {
      Versions: items.map((version) =>
        functionConfiguration(env, found, version, { qualifier: version.version, withState: false }),
      ),
      NextMarker: next,
    };
  },
});
