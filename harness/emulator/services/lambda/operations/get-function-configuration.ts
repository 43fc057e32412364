import { defineLambdaOperation } from '../context.ts';
import { functionConfiguration } from '../shapes.ts';

export const getFunctionConfiguration = defineLambdaOperation({
  name: 'GetFunctionConfiguration',
  http: { method: 'GET', path: '/2015-03-31/functions/{FunctionName}/configuration' },
  handle({ env, store }, input) {
    const reference = input.reference();
    const { qualifier } = reference;
    return functionConfiguration(env, store.get(reference), store.version(reference), { qualifier });
  },
});
