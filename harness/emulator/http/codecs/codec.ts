/**
 * A wire protocol of AWS, as the request pipeline uses it: recognise, decode, render. Codecs are pure; they hold no
 * state but what is compiled from the service's model.
 */
import { AwsError } from '../../../core/errors.ts';
import { isJsonObject, JsonNumber, type JsonObject } from '../../../core/json.ts';
import type { Members } from '../model/decode.ts';
import type { ServiceModel } from '../model/service-model.ts';
import type { PathParameters } from '../operation.ts';
import type { ResponseHeaders, WireRequest, WireResponse } from '../wire.ts';

/** The operation that a request names. */
export interface OperationMatch {
  /** AWS's operation name. */
  name: string;
  /** Path parameters of REST protocols, percent-decoded. */
  parameters: PathParameters;
}

export interface Codec {
  /** The body stays a stream: the operation reads it. */
  readonly streamsBody?: boolean;
  /** The operation is told by path, method and headers alone, before the body is read. */
  readonly matchesEarly?: boolean;
  /** Whether the request speaks this protocol, by path and headers. The last codec of a service takes the rest. */
  accepts(request: WireRequest): boolean;
  /**
   * @param body the whole body; empty where `matchesEarly`
   * @returns nothing for a request that names no operation of AWS
   */
  match(request: WireRequest, body: Buffer): OperationMatch | undefined;
  /** The members of the request by the model's names. @throws AwsError SerializationException */
  decode(request: WireRequest, body: Buffer, match: OperationMatch, model: ServiceModel): Members;
  /** A successful answer. `output` is the operation's answer by AWS's names, times as `Date`s. */
  render(match: OperationMatch, output: object | undefined, request: WireRequest): WireResponse;
  renderError(error: AwsError, request: WireRequest): WireResponse;
  /** A new object of the headers that every answer has, the request id among them; an operation's own replace them. */
  headers(request: WireRequest): ResponseHeaders;
  /** AWS's error for a request that names no operation of the service. */
  unknownOperation(request: WireRequest): AwsError;
}

/** Reads a JSON object. @throws AwsError `code` */
export function parseJsonBody(body: Buffer, code = 'SerializationException'): JsonObject {
  if (body.length === 0) return {};
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    throw new AwsError(
      code,
      code === 'SerializationException'
        ? 'The request body is not valid JSON.'
        : 'Could not parse request body into json.',
    );
  }
  if (!isJsonObject(value)) throw new AwsError(code, 'The request body must be a JSON object.');
  return value;
}

/** Times as seconds since the epoch, maps as objects; undefined members are not sent. */
export function toJsonOutput(value: unknown): unknown {
  if (value instanceof JsonNumber) return value;
  if (value instanceof Date) return value.getTime() / 1000;
  if (value instanceof Map) return toJsonOutput(Object.fromEntries(value));
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(toJsonOutput);
  if (typeof value !== 'object' || value === null) return value;
  const output: { [name: string]: unknown } = {};
  for (const name of Object.keys(value)) {
    const member = (value as { [name: string]: unknown })[name];
    if (member !== undefined)
      Object.defineProperty(output, name, { value: toJsonOutput(member), enumerable: true });
  }
  return output;
}

/** How services that once spoke query only tell newer clients their old error codes. */
export const queryErrorHeader = (error: AwsError): { 'x-amzn-query-error': string } => ({
  'x-amzn-query-error': `${error.code};${error.status < 500 ? 'Sender' : 'Receiver'}`,
});
