import { defineLambdaOperation } from '../context.ts';

export const getFunctionConcurrency = defineLambdaOperation({
  name: 'GetFunctionConcurrency',
  http: { method: 'GET', path: '/2019-09-30/functions/{FunctionName}/concurrency' },
  handle({ store }, input) {
    const { reservedConcurrency } = store.get(input.reference());
    return { ReservedConcurrentExecutions: reservedConcurrency };
  },
});
