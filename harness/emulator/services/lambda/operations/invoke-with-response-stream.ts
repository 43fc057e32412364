import { eventMessage } from '../../../http/event-stream.ts';
import { defineOperation } from '../../../http/operation.ts';
import { readBody } from '../../../http/read-body.ts';
import type { InvokeResult } from '../../ports.ts';
import type { LambdaContext } from '../context.ts';
import { requestTooLarge } from '../errors.ts';
import type { InvokeInput } from './invoke.ts';

/** Payload of one PayloadChunk event. */
const CHUNK_BYTES = 64 * 1024;
const MAX_BODY_BYTES = 64 * 1024 * 1024;
const AWS_LIMIT_BYTES = 6 * 1024 * 1024;

/**
 * The response as an event stream. The events are sent when the function has ended: clients see the same events
 * as on AWS, but not the first of them early.
 */
export const invokeWithResponseStream = defineOperation<
  LambdaContext,
  InvokeInput,
  InvokeResult & { streamedAs?: string }
>({
  name: 'InvokeWithResponseStream',
  http: { method: 'POST', path: '/2021-11-15/functions/{FunctionName}/response-streaming-invocations' },
  async parse(request, path) {
    const tooLarge = () => requestTooLarge(AWS_LIMIT_BYTES, 'InvokeWithResponseStream');
    const body = await readBody(request.body, MAX_BODY_BYTES, tooLarge);
    const qualifier = request.query.get('Qualifier');
    const clientContext = request.headers['x-amz-client-context'];
    const isDryRun = request.headers['x-amz-invocation-type'] === 'DryRun';
    return {
      functionName: path['FunctionName'] ?? '',
      ...(qualifier === null ? {} : { qualifier }),
      payload: body.length === 0 ? '{}' : body.toString('utf8'),
      invocationType: isDryRun ? 'DryRun' : 'RequestResponse',
      ...(clientContext === undefined ? {} : { clientContext }),
      logTail: request.headers['x-amz-log-type'] === 'Tail',
      callerAccessKeyId: request.caller.accessKeyId,
    };
  },
  handle: ({ invoker }, input) => invoker.invoke(input),
  render(result) {
    const failed = result.functionError !== undefined;
    const payload = Buffer.from(failed ? '' : result.payload);
    const events: Buffer[] = [];
    for (let start = 0; start < payload.length; start += CHUNK_BYTES) {
      const chunk = payload.subarray(start, start + CHUNK_BYTES);
      events.push(eventMessage('PayloadChunk', 'application/octet-stream', chunk));
    }
    const complete = {
      ...(failed ? { ErrorCode: result.functionError, ErrorDetails: result.payload } : {}),
      ...(result.logResult === undefined ? {} : { LogResult: result.logResult }),
    };
    events.push(eventMessage('InvokeComplete', 'application/json', Buffer.from(JSON.stringify(complete))));
    return {
      status: result.statusCode,
      headers: {
        'content-type': 'application/vnd.amazon.eventstream',
        'x-amzn-requestid': result.requestId,
        'x-amz-executed-version': result.executedVersion,
        'x-amzn-lambda-response-stream-content-type': result.streamedAs ?? 'application/octet-stream',
      },
      body: Buffer.concat(events),
    };
  },
});
