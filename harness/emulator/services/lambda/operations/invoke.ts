/** Invocations over HTTP: whole, streamed, and asynchronous in the form that came before `InvocationType`. */

import type { Readable } from 'node:stream';
import type {
  InvokeAsyncCommandInput,
  InvokeCommandInput,
  InvokeWithResponseStreamCommandInput,
} from '@aws-sdk/client-lambda';
import { eventMessage } from '../../../http/event-stream.ts';
import { defineOperation, type Operation } from '../../../http/operation.ts';
import type { Permission } from '../../../http/permission.ts';
import type { WireRequest } from '../../../http/wire.ts';
import type { InvokeResult } from '../../ports.ts';
import type { LambdaContext } from '../context.ts';
import { functionNotFound, requestTooLarge } from '../errors.ts';
import { functionArn, type NamedFunction, ownFunction } from '../function-name.ts';
import type { CalledInvocation } from '../invoke/run-invocation.ts';
import { streamResponse } from '../invoke/stream-response.ts';
import { invokeCalls } from '../permissions.ts';

/** More than any limit in force; the exact one is checked where the type of invocation is known. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;
const AWS_LIMIT_BYTES = 6 * 1024 * 1024;
/** Payload of one PayloadChunk event. */
const CHUNK_BYTES = 64 * 1024;

const mayInvoke: Permission<LambdaContext, NamedFunction> = ({ FunctionName, Qualifier }, { env }) =>
  invokeCalls(env, { FunctionName, Qualifier });

type Input = Partial<Omit<InvokeCommandInput, 'Payload'>> & { Payload?: Uint8Array | undefined };

/** @param payload bytes of JSON; none stand for an empty object */
function invocationOf(
  input: Pick<Input, 'FunctionName' | 'Qualifier' | 'ClientContext' | 'LogType' | 'InvocationType'>,
  payload: Uint8Array | undefined,
  { headers, caller }: WireRequest,
): CalledInvocation {
  const { FunctionName: functionName = '', Qualifier, ClientContext, LogType, InvocationType } = input;
  const traceHeader = headers['x-amzn-trace-id'];
  return {
    functionName,
    ...(Qualifier === undefined ? {} : { qualifier: Qualifier }),
    payload: payload && payload.byteLength > 0 ? textOf(payload) : '{}',
    invocationType: InvocationType ?? 'RequestResponse',
    ...(ClientContext === undefined ? {} : { clientContext: ClientContext }),
    ...(traceHeader === undefined ? {} : { traceHeader }),
    logTail: LogType === 'Tail',
    callerAccessKeyId: caller.accessKeyId,
  };
}

const textOf = ({ buffer, byteOffset, byteLength }: Uint8Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('utf8');

const invoke = defineOperation<LambdaContext, InvokeCommandInput & Input, InvokeResult>({
  name: 'Invoke',
  maxBodyBytes: MAX_BODY_BYTES,
  tooLarge: () => requestTooLarge(AWS_LIMIT_BYTES, 'InvokeFunction'),
  permission: mayInvoke,
  handle({ env, store, invoker }, input, request) {
    const { name, qualifier } = ownFunction(env, input);
    // Of a function that is not there, Invoke alone names the version it would have run.
    if (!store.find(name)) throw functionNotFound(functionArn(env, name, qualifier ?? '$LATEST'));
    return invoker.invoke(invocationOf(input, input.Payload, request));
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

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_InvokeAsync.html */
const invokeAsync = defineOperation<LambdaContext, InvokeAsyncCommandInput, undefined>({
  name: 'InvokeAsync',
  maxBodyBytes: MAX_BODY_BYTES,
  tooLarge: () => requestTooLarge(AWS_LIMIT_BYTES, 'InvokeAsync'),
  permission: mayInvoke,
  async handle({ env, invoker }, { FunctionName, InvokeArgs }, request) {
    ownFunction(env, { FunctionName });
    const payload = InvokeArgs as unknown as Uint8Array;
    await invoker.invoke(invocationOf({ FunctionName, InvocationType: 'Event' }, payload, request));
    return undefined;
  },
  render: () => ({ status: 202, headers: { 'content-type': 'application/json' }, body: '{"Status":202}' }),
});

interface StreamOutput {
  status: number;
  requestId: string;
  executedVersion: string;
  contentType: string;
  body: Buffer | Readable | undefined;
}

/** The response as an event stream, its events sent as the function writes. */
const invokeWithResponseStream = defineOperation<
  LambdaContext,
  InvokeWithResponseStreamCommandInput & Input,
  StreamOutput
>({
  name: 'InvokeWithResponseStream',
  maxBodyBytes: MAX_BODY_BYTES,
  tooLarge: () => requestTooLarge(AWS_LIMIT_BYTES, 'InvokeWithResponseStream'),
  permission: mayInvoke,
  async handle({ env, store, invoker }, input, request) {
    const { version } = store.version(ownFunction(env, input));
    const invocation = invocationOf(input, input.Payload, request);
    const outcome = await streamResponse(invoker, invocation, { chunk: payloadChunks, end: invokeComplete });
    if (outcome.kind === 'streaming') return { status: 200, executedVersion: version, ...outcome };
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

export const invokeOperations: readonly Operation<LambdaContext>[] = [
  invoke,
  invokeAsync,
  invokeWithResponseStream,
];
