/**
 * awsJson1_0 and awsJson1_1 (Step Functions, CloudWatch Logs): POST /, `X-Amz-Target: Prefix.Operation`.
 * Source: https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html
 */
import { AwsError } from '../../../core/errors.ts';
import { isJsonObject, type Json, type JsonObject } from '../../../core/json.ts';
import { printJson } from '../../../core/json-print.ts';
import type { CallGuard } from '../call-guard.ts';
import { defineOperation, type Operation } from '../legacy-operation.ts';
import { readBody } from '../read-body.ts';
import type { Service, ServiceName, WireRequest, WireResponse } from '../wire.ts';

/** No AWS JSON request is larger than this; operations have limits of their own below it. */
const MAX_REQUEST_BYTES = 8 * 1024 * 1024;

export interface JsonOperationParts<C, I> {
  name: string;
  /** Checks and narrows the body; throws AwsError (`ValidationException` ...). Leave out to take it as it is. */
  parse?(input: JsonObject): I;
  /** The answer's members; `undefined` members are not sent. Dates are seconds since the epoch. */
  handle(context: C, input: I, request: WireRequest): object | Promise<object>;
}

/** An operation of a JSON service. Without `parse`, `I` must be a shape that tolerates any JSON object. */
export function defineJsonOperation<C, I = JsonObject>(parts: JsonOperationParts<C, I>): Operation<C> {
  return defineOperation<C, I, object>({
    name: parts.name,
    async parse(request) {
      const body = await readJson(request);
      return parts.parse ? parts.parse(body) : (body as I);
    },
    handle: parts.handle,
    render: (output) => ({ status: 200, body: printJson(output as Json) }),
  });
}

async function readJson(request: WireRequest): Promise<JsonObject> {
  const bytes = await readBody(request.body, MAX_REQUEST_BYTES);
  if (bytes.length === 0) return {};
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new AwsError('SerializationException', 'The request body is not valid JSON.');
  }
  if (!isJsonObject(value))
    throw new AwsError('SerializationException', 'The request body must be a JSON object.');
  return value as JsonObject;
}

/** A service that speaks AWS JSON. `targetPrefix` as in `X-Amz-Target` (`AWSStepFunctions`). */
export function awsJsonService<C>(options: {
  name: ServiceName;
  targetPrefix: string;
  jsonVersion: '1.0' | '1.1';
  operations: readonly Operation<C>[];
  context: C;
  /** Asked once the operation is known. */
  guard?: CallGuard;
  stop?: () => Promise<void>;
}): Service {
  const byName = new Map(options.operations.map((operation) => [operation.name, operation]));
  const contentType = `application/x-amz-json-${options.jsonVersion}`;
  const finish = (response: WireResponse, request: WireRequest): WireResponse => ({
    ...response,
    headers: { 'content-type': contentType, 'x-amzn-requestid': request.requestId, ...response.headers },
  });
  return {
    name: options.name,
    operations: [...byName.keys()],
    stop: options.stop ?? (async () => {}),
    async handle(request) {
      const target = request.headers['x-amz-target'] ?? '';
      const operation = byName.get(target.slice(target.indexOf('.') + 1));
      try {
        if (!operation) throw new AwsError('UnknownOperationException', `Operation ${target} is not served.`);
        const authentic = (await options.guard?.authenticate?.(request)) ?? request;
        const admitted = (await options.guard?.admit(operation.name, authentic, {})) ?? authentic;
        return finish(await operation.run(options.context, admitted, {}), request);
      } catch (error) {
        return finish(renderJsonError(error), request);
      }
    },
  };
}

/** AwsError as AWS JSON; anything else becomes InternalFailure without its text. */
function renderJsonError(error: unknown): WireResponse {
  if (!(error instanceof AwsError)) throw error;
  return {
    status: error.status,
    headers: { 'x-amzn-errortype': error.code, ...error.headers },
    body: JSON.stringify({ __type: error.code, message: error.message, ...error.details }),
  };
}
