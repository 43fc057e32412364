import type { Readable } from 'node:stream';
import { eventMessage } from '../../../http/event-stream.ts';
import { defineOperation } from '../../../http/legacy-operation.ts';
import type { InvokeResult } from '../../ports.ts';
import type { LambdaContext } from '../context.ts';
import { functionReference, reachable } from '../function-name.ts';
import { streamResponse } from '../invoke/stream-response.ts';
import { type InvokeInput, parseInvoke } from '../invoke-request.ts';

/** Payload of one PayloadChunk event. */
const CHUNK_BYTES = 64 * 1024;
const TYPES = ['RequestResponse', 'DryRun'] as const;

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
  parse: (request, path) =>
    parseInvoke(request, path, { operation: 'InvokeWithResponseStream', types: TYPES }),
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
