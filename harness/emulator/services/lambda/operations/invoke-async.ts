import { defineOperation } from '../../../http/legacy-operation.ts';
import type { LambdaContext } from '../context.ts';
import { functionReference, reachable } from '../function-name.ts';
import { type InvokeInput, parseInvoke } from '../invoke-request.ts';

/**
 * The asynchronous invocation of before `InvocationType: Event`, which it still is.
 * https://docs.aws.amazon.com/lambda/latest/api/API_InvokeAsync.html
 */
export const invokeAsync = defineOperation<LambdaContext, InvokeInput, undefined>({
  name: 'InvokeAsync',
  http: { method: 'POST', path: '/2014-11-13/functions/{FunctionName}/invoke-async' },
  parse: (request, path) =>
    parseInvoke(request, path, { operation: 'InvokeAsync', types: ['RequestResponse'] }),
  async handle({ env, invoker }, input) {
    reachable(env, functionReference(input.functionName));
    await invoker.invoke({ ...input, invocationType: 'Event' });
    return undefined;
  },
  render: () => ({ status: 202, headers: { 'content-type': 'application/json' }, body: '{"Status":202}' }),
});
