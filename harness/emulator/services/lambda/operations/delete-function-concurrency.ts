import { defineLambdaOperation } from '../context.ts';

export const deleteFunctionConcurrency = defineLambdaOperation({
  name: 'DeleteFunctionConcurrency',
  http: { method: 'DELETE', path: '/2017-10-31/functions/{FunctionName}/concurrency' },
  status: 204,
  handle({ store }, input) {
    const found = store.get(input.reference());
    delete found.reservedConcurrency;
    store.save(found);
    return undefined;
  },
});
