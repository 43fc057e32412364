import { defineLambdaOperation, page } from '../context.ts';
import { functionDoesNotExist, urlConfigShape } from '../function-url.ts';

export const listFunctionUrlConfigs = defineLambdaOperation({
  name: 'ListFunctionUrlConfigs',
  http: { method: 'GET', path: '/2021-10-31/functions/{FunctionName}/urls' },
  handle({ env, store }, input) {
    const found = store.find(input.reference().name);
    if (!found) throw functionDoesNotExist();
    const { items, next } = page(input.query, Object.keys(found.urlConfigs).sort());
    return {
      FunctionUrlConfigs: items.map((alias) => urlConfigShape(env, found, alias, { withMode: true })),
      NextMarker: next,
    };
  },
});
