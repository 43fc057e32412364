/**
 * restJson1 (Lambda): paths and methods name the operation.
 * Source: https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html
 */
import { AwsError } from '../../../core/errors.ts';
import { isJsonObject, type JsonObject } from '../../../core/json.ts';
import type { CallGuard } from '../call-guard.ts';
import type { Operation } from '../legacy-operation.ts';
import { legacyMatcher } from '../legacy-operation.ts';
import { readBody } from '../read-body.ts';
import type { Service, ServiceName, WireRequest, WireResponse } from '../wire.ts';

/** Reads a JSON object body of at most `limitBytes`; an empty body is `{}`. */
export async function readJsonObject(request: WireRequest, limitBytes: number): Promise<JsonObject> {
  const bytes = await readBody(request.body, limitBytes);
  if (bytes.length === 0) return {};
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new AwsError('InvalidRequestContentException', 'Could not parse request body into json.');
  }
  if (!isJsonObject(value)) {
    throw new AwsError('InvalidRequestContentException', 'The request body must be a JSON object.');
  }
  return value as JsonObject;
}

/** A JSON answer. */
export function jsonResponse(status: number, value: object): WireResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}

/** Errors whose text stands in `Message`; in all others it stands in `message`. Source: Lambda's API model. */
const CAPITAL_MESSAGE =
  /^(?:ResourceNotFoundException|ServiceException|CodeSigningConfigNotFoundException|AccessDeniedException)$/;

/** AwsError as REST JSON; anything else is thrown on. The code goes in a header. */
function renderRestJsonError(error: unknown): WireResponse {
  if (!(error instanceof AwsError)) throw error;
  const { code, status, details, headers, message } = error;
  const text = CAPITAL_MESSAGE.test(code) ? { Message: message === '' ? null : message } : { message };
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': code, ...headers },
    body: JSON.stringify({ ...details, ...text }),
  };
}

/** A service that speaks REST JSON. */
export function restJsonService<C>(options: {
  name: ServiceName;
  operations: readonly Operation<C>[];
  context: C;
  /** Asked once the operation is known. */
  guard?: CallGuard;
  stop?: () => Promise<void>;
}): Service {
  const match = legacyMatcher(options.operations);
  const finish = (response: WireResponse, request: WireRequest): WireResponse => ({
    ...response,
    headers: { 'x-amzn-requestid': request.requestId, ...response.headers },
  });
  return {
    name: options.name,
    operations: options.operations.map((operation) => operation.name),
    stop: options.stop ?? (async () => {}),
    async handle(request) {
      // Older SDKs put a slash after the last segment.
      const path = request.path.replace(/(?<=.)\/+$/, '');
      const found = match(path === request.path ? request : { ...request, path });
      try {
        if (!found) {
          throw new AwsError(
            'UnknownOperationException',
            `${request.method} ${request.path} is not served.`,
            404,
          );
        }
        const { operation, parameters } = found;
        const authentic = (await options.guard?.authenticate?.(request, operation.name)) ?? request;
        const admitted = (await options.guard?.admit(operation.name, authentic, parameters)) ?? authentic;
        return finish(await operation.run(options.context, admitted, parameters), request);
      } catch (error) {
        return finish(renderRestJsonError(error), request);
      }
    },
  };
}
