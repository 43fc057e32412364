import type { AwsError } from '../../../../core/errors.ts';
import { defineOperation } from '../../../http/operation.ts';
import { readBody } from '../../../http/read-body.ts';
import type { InvokeRequest, InvokeResult } from '../../ports.ts';
import type { LambdaContext } from '../context.ts';
import { functionNotFound, requestTooLarge, validation } from '../errors.ts';
import { functionArn, functionReference, reachable } from '../function-name.ts';

const TYPES = ['RequestResponse', 'Event', 'DryRun'] as const;
/** More than any limit in force; the exact one is checked where the type of invocation is known. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;
const AWS_LIMIT_BYTES = 6 * 1024 * 1024;

export interface InvokeInput extends InvokeRequest {
  callerAccessKeyId: string;
}

export const invoke = defineOperation<LambdaContext, InvokeInput, InvokeResult>({
  name: 'Invoke',
  http: { method: 'POST', path: '/2015-03-31/functions/{FunctionName}/invocations' },
  async parse(request, path) {
    const type = request.headers['x-amz-invocation-type'] ?? 'RequestResponse';
    if (!TYPES.includes(type as (typeof TYPES)[number])) {
      throw validation(type, 'invocationType', `Member must satisfy enum value set: [${TYPES.join(', ')}]`);
    }
    const tooLarge = () => requestTooLarge(AWS_LIMIT_BYTES, 'InvokeFunction') as AwsError;
    const body = await readBody(request.body, MAX_BODY_BYTES, tooLarge);
    const qualifier = request.query.get('Qualifier');
    const clientContext = request.headers['x-amz-client-context'];
    return {
      functionName: path['FunctionName'] ?? '',
      ...(qualifier === null ? {} : { qualifier }),
      payload: body.length === 0 ? '{}' : body.toString('utf8'),
      invocationType: type as (typeof TYPES)[number],
      ...(clientContext === undefined ? {} : { clientContext }),
      logTail: request.headers['x-amz-log-type'] === 'Tail',
      callerAccessKeyId: request.caller.accessKeyId,
    };
  },
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
