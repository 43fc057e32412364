import { defineLambdaOperation } from '../context.ts';

export const deleteAlias = defineLambdaOperation({
  name: 'DeleteAlias',
  http: { method: 'DELETE', path: '/2015-03-31/functions/{FunctionName}/aliases/{Name}' },
  status: 204,
  handle({ store }, input) {
    const found = store.get(input.reference());
    delete found.aliases[input.path['Name'] ?? ''];
    store.save(found);
    return undefined;
  },
});
