import { defineLambdaOperation } from '../context.ts';
import { aliasConfiguration } from '../shapes.ts';

export const getAlias = defineLambdaOperation({
  name: 'GetAlias',
  http: { method: 'GET', path: '/2015-03-31/functions/{FunctionName}/aliases/{Name}' },
  handle({ env, store }, input) {
    const found = store.get(input.reference());
    return aliasConfiguration(env, found.name, store.alias(found, input.path['Name'] ?? ''));
  },
});
