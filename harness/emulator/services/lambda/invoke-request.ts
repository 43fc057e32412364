/** What Invoke and InvokeWithResponseStream read alike. */
import type { PathParameters } from '../../http/legacy-operation.ts';
import { readBody } from '../../http/read-body.ts';
import type { WireRequest } from '../../http/wire.ts';
import type { InvokeRequest } from '../ports.ts';
import { requestTooLarge, validation } from './errors.ts';

/** More than any limit in force; the exact one is checked where the type of invocation is known. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;
const AWS_LIMIT_BYTES = 6 * 1024 * 1024;
const LOG_TYPES = ['None', 'Tail'];

export interface InvokeInput extends InvokeRequest {
  callerAccessKeyId: string;
  traceHeader?: string;
}

/** `operation` is what AWS calls it in its error. @throws AwsError RequestTooLargeException, ValidationException */
export async function parseInvoke<T extends InvokeRequest['invocationType'] & string>(
  request: WireRequest,
  path: PathParameters,
  { operation, types }: { operation: string; types: readonly T[] },
): Promise<InvokeInput & { invocationType: T }> {
  const { headers, query } = request;
  const type = headers['x-amz-invocation-type'] ?? 'RequestResponse';
  const logType = headers['x-amz-log-type'] ?? 'None';
  const oneOf = (value: string, member: string, values: readonly string[]) => {
    if (values.includes(value)) return;
    throw validation(value, member, `Member must satisfy enum value set: [${values.join(', ')}]`);
  };
  oneOf(type, 'invocationType', types);
  oneOf(logType, 'logType', LOG_TYPES);
  const body = await readBody(request.body, MAX_BODY_BYTES, () =>
    requestTooLarge(AWS_LIMIT_BYTES, operation),
  );
  const qualifier = query.get('Qualifier');
  const clientContext = headers['x-amz-client-context'];
  const traceHeader = headers['x-amzn-trace-id'];
  return {
    functionName: path['FunctionName'] ?? '',
    ...(qualifier === null ? {} : { qualifier }),
    payload: body.length === 0 ? '{}' : body.toString('utf8'),
    invocationType: type as T,
    ...(clientContext === undefined ? {} : { clientContext }),
    ...(traceHeader === undefined ? {} : { traceHeader }),
    logTail: logType === 'Tail',
    callerAccessKeyId: request.caller.accessKeyId,
  };
}
