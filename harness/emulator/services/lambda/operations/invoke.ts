import { defineOperation } from '../../../http/legacy-operation.ts';
import type { InvokeResult } from '../../ports.ts';
import type { LambdaContext } from '../context.ts';
import { functionNotFound } from '../errors.ts';
import { functionArn, functionReference, reachable } from '../function-name.ts';
import { type InvokeInput, parseInvoke } from '../invoke-request.ts';

const TYPES = ['RequestResponse', 'Event', 'DryRun'] as const;

export const invoke = defineOperation<LambdaContext, InvokeInput, InvokeResult>({
  name: 'Invoke',
  http: { method: 'POST', path: '/2015-03-31/functions/{FunctionName}/invocations' },
  parse: (request, path) => parseInvoke(request, path, { operation: 'InvokeFunction', types: TYPES }),
  handle({ env, store, invoker }, input) {
    const { name, qualifier } = reachable(env, functionReference(input.functionName, input.qualifier));
    // Of a function that is not there, Invoke alone names the version it would have run.
    if (!store.find(name)) throw functionNotFound(functionArn(env, name, qualifier ?? '$LATEST'));
    return invoker.invoke(input);
  },
  render: (result) => ({
    status: result.statusCode,
    headers: {
      'content-type': 'application/json',
      'x-amzn-requestid': result.requestId,
      'x-amzn-remapped-content-length': '0',
      ...(result.statusCode === 200 ? { 'x-amz-executed-version': result.executedVersion } : {}),
      ...(result.functionError === undefined ? {} : { 'x-amz-function-error': result.functionError }),
      ...(result.logResult === undefined ? {} : { 'x-amz-log-result': result.logResult }),
    },
    body: result.payload,
  }),
});
