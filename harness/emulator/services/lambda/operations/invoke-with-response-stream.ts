import type { Readable } from 'node:stream';
import { eventMessage } from '../../../http/event-stream.ts';
import { defineOperation } from '../../../http/operation.ts';
import { readBody } from '../../../http/read-body.ts';
import type { InvokeResult } from '../../ports.ts';
import type { LambdaContext } from '../context.ts';
import { requestTooLarge } from '../errors.ts';
import { functionReference, reachable } from '../function-name.ts';
import { streamResponse } from '../invoke/stream-response.ts';
import type { InvokeInput } from './invoke.ts';

/** Payload of one PayloadChunk event. */
const CHUNK_BYTES = 64 * 1024;
const MAX_BODY_BYTES = 64 * 1024 * 1024;
const AWS_LIMIT_BYTES = 6 * 1024 * 1024;

interface StreamOutput {
  status: number;
  requestId: string;
  executedVersion: string;
  contentType: string;
  body: Buffer | Readable | undefined;
}

/** The response as an event stream, its events sent as the function writes. */
export const invokeWithResponseStream = defineOperation<LambdaContext, InvokeInput, StreamOutput>({
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
  async handle({ env, store, invoker }, input) {
    const reference = reachable(env, functionReference(input.functionName, input.qualifier));
    const { version } = store.version(reference);
    const outcome = await streamResponse(invoker, input, { chunk: payloadChunks, end: invokeComplete });
    if (outcome.kind === 'streaming') {
      return { status: 200, executedVersion: version, ...outcome };
    }
    const { result } = outcome;
    const chunks = payloadChunks(Buffer.from(result.functionError === undefined ? result.payload : ''));
    return {
      status: result.statusCode,
      requestId: result.requestId,
      executedVersion: result.executedVersion,
      contentType: 'application/octet-stream',
      body: result.statusCode === 204 ? undefined : Buffer.concat([chunks, invokeComplete(result)]),
    };
  },
  render: ({ status, requestId, executedVersion, contentType, body }) => ({
    status,
    headers: {
      'content-type': 'application/vnd.amazon.eventstream',
      'x-amzn-requestid': requestId,
      'x-amz-executed-version': executedVersion,
      'x-amzn-lambda-response-stream-content-type': contentType,
    },
    ...(body === undefined ? {} : { body }),
  }),
});

function payloadChunks(payload: Buffer): Buffer {
  const events: Buffer[] = [];
  for (let start = 0; start < payload.length; start += CHUNK_BYTES) {
    const chunk = payload.subarray(start, start + CHUNK_BYTES);
    events.push(eventMessage('PayloadChunk', 'application/octet-stream', chunk));
  }
  return Buffer.concat(events);
}

function invokeComplete(result: InvokeResult): Buffer {
  const complete = {
    ...(result.functionError === undefined
      ? {}
      : { ErrorCode: result.functionError, ErrorDetails: result.payload }),
    ...(result.logResult === undefined ? {} : { LogResult: result.logResult }),
  };
  return eventMessage('InvokeComplete', 'application/json', Buffer.from(JSON.stringify(complete)));
}
