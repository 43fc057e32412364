import { defineLambdaOperation } from '../context.ts';
import { oneOf, requiredText } from '../parameters.ts';

/** Whether a function that invokes itself, directly or over others, is stopped after 16 runs. */
export const putFunctionRecursionConfig = defineLambdaOperation({
  name: 'PutFunctionRecursionConfig',
  http: { method: 'PUT', path: '/2024-08-31/functions/{FunctionName}/recursion-config' },
  handle({ store }, input) {
    const found = store.get({ name: input.reference().name });
    const wanted = requiredText(input.body, 'RecursiveLoop');
    found.recursiveLoop = oneOf(wanted, 'recursiveLoop', ['Terminate', 'Allow'] as const)!;
    store.save(found);
    return { RecursiveLoop: found.recursiveLoop };
  },
});
