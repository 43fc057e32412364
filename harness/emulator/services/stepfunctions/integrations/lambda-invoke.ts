/**
 * `lambda:invoke`: the optimised integration. The Payload comes back parsed, in an answer with the members of
 * Lambda's Invoke.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html and recorded answers
 */

import { AwsError } from '../../../../core/errors.ts';
import { hexWords, uuid } from '../../../../core/ids.ts';
import { isJsonObject, type Json, type JsonObject } from '../../../../core/json.ts';
import { parseJson } from '../../../../core/json-parse.ts';
import { printJson } from '../../../../core/json-print.ts';
import type { Random } from '../../../../core/random.ts';
import type { InvokeRequest, InvokeResult } from '../../ports.ts';
import { functionFailure } from './function-payload.ts';
import { exceptionName, type Integration, isAwsError, javaSdk1Cause, TaskFailure } from './integration.ts';
import { sdkMetadata } from './sdk-metadata.ts';

export const lambdaInvoke: Integration = {
  name: 'lambda:invoke',
  serves: (resource) =>
    resource.kind === 'service' && resource.service === 'lambda' && resource.action === 'invoke',
  async run(call, context) {
    const { env, neighbours } = context;
    const parameters = isJsonObject(call.task.parameters) ? call.task.parameters : {};
    const request = invokeRequest(parameters);
    request.callerRoleArn = call.roleArn;
    request.signal = call.signal;
    const release = env.clock.hold();
    try {
      const result = await neighbours.functions.invoke(request);
      if (result.functionError !== undefined) throw functionFailure(compactJson(result.payload));
      return printJson(invokeOutput(result, env.clock.nowMs(), traceId(env.random, env.clock.nowMs())));
    } catch (error) {
      if (!isAwsError(error)) throw error;
      throw lambdaFailure(error, uuid(env.random));
    } finally {
      release();
    }
  },
};

/** The integration reads the payload and prints it anew (recorded); a direct function ARN hands it on verbatim. */
function compactJson(text: string): string {
  try {
    return printJson(parseJson(text));
  } catch {
    return text;
  }
}

function invokeRequest(parameters: JsonObject): InvokeRequest {
  const { FunctionName, Payload, Qualifier, InvocationType, ClientContext, LogType } = parameters;
  const request: InvokeRequest = {
    functionName: String(FunctionName ?? ''),
    payload: payloadText(Payload),
  };
  if (typeof Qualifier === 'string') request.qualifier = Qualifier;
  if (InvocationType === 'Event' || InvocationType === 'DryRun') request.invocationType = InvocationType;
  if (typeof ClientContext === 'string') request.clientContext = ClientContext;
  if (LogType === 'Tail') request.logTail = true;
  return request;
}

/** No payload is {}; a text is taken for the payload itself, anything else is sent as JSON (all recorded). */
function payloadText(payload: Json | undefined): string {
  if (payload === undefined || payload === null) return '{}';
  return typeof payload === 'string' ? payload : printJson(payload);
}

/** As Lambda answers where tracing is off. */
function traceId(random: Random, nowMs: number): string {
  const seconds = Math.floor(nowMs / 1_000)
    .toString(16)
    .padStart(8, '0');
  return `Root=1-${seconds}-${hexWords(random, 3)};Parent=${hexWords(random, 2)};Sampled=0;Lineage=1:${hexWords(random, 1)}:0`;
}

function invokeOutput(result: InvokeResult, atMs: number, trace: string): JsonObject {
  const payloadBytes = Buffer.byteLength(result.payload);
  const metadata = sdkMetadata({
    requestId: result.requestId,
    atMs,
    contentType: 'application/json',
    contentLengthBytes: payloadBytes,
    traceId: trace,
    headers: {
      ...(result.logResult === undefined ? {} : { 'X-Amz-Log-Result': result.logResult }),
      'X-Amz-Executed-Version': result.executedVersion,
      'x-amzn-Remapped-Content-Length': '0',
    },
  });
  return {
    ExecutedVersion: result.executedVersion,
    ...(result.logResult === undefined ? {} : { LogResult: result.logResult }),
    ...(result.statusCode === 200 ? { Payload: parsed(result.payload) } : {}),
    ...metadata,
    StatusCode: result.statusCode,
  };
}

function parsed(payload: string): Json {
  if (payload === '') return {};
  try {
    return parseJson(payload);
  } catch {
    return payload;
  }
}

const UNQUALIFIED = /^Function not found: (arn:[^ ]*:function:[^: ]+)$/;

/** The cause names the version that was looked for, also where Lambda's own sentence does not (recorded). */
function lambdaFailure(error: AwsError, requestId: string): TaskFailure {
  const found = UNQUALIFIED.exec(error.message);
  const named = found
    ? new AwsError(error.code, `Function not found: ${found[1]}:$LATEST`, error.status)
    : error;
  return new TaskFailure(exceptionName('Lambda', error.code), javaSdk1Cause('AWSLambda', named, requestId));
}
