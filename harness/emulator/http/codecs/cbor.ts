/** Smithy RPC v2 CBOR. Source: https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html */
import { AwsError } from '../../../core/errors.ts';
import { isJsonObject, type Json } from '../../../core/json.ts';
import { lazily } from '../../../core/lazily.ts';
import { loadPackage } from '../../../core/load-package.ts';
import { decodeMembers } from '../model/decode.ts';
import { encodeCbor } from './cbor-encode.ts';
import { type Codec, queryErrorHeader } from './codec.ts';

const library = lazily(() => loadPackage('@smithy/core/cbor') as typeof import('@smithy/core/cbor'));
/** Members nest a handful of levels; the decoder itself would go as deep as the stack. */
const MAX_DEPTH = 64;
const PATH = /^\/service\/([^/]+)\/operation\/([^/]+)$/;

export function cborCodec({
  shape,
  errorShapeOf,
}: {
  /** Name of the service in paths: `GraniteServiceVersion20100801`. */
  shape: string;
  /** The error shape of a query error code (`InvalidParameterValue` -> `InvalidParameterValueException`). */
  errorShapeOf(code: string): string;
}): Codec {
  return {
    matchesEarly: true,
    accepts: ({ path }) => PATH.exec(path)?.[1] === shape,
    match: ({ path }) => {
      const name = PATH.exec(path)?.[2];
      return name === undefined ? undefined : { name, parameters: {} };
    },
    decode(_request, body, { name }, model) {
      const input = model.inputOf(name);
      return input ? decodeMembers(model, input, parse(body), 'json') : {};
    },
    render: (_match, output) => ({ status: 200, body: encodeCbor(output ?? {}) }),
    renderError: (error) => ({
      status: error.status,
      headers: queryErrorHeader(error),
      body: encodeCbor({
        __type: errorShapeOf(error.code),
        ...(error.message === '' ? {} : { message: error.message }),
      }),
    }),
    headers: ({ requestId }) => ({
      'content-type': 'application/cbor',
      'smithy-protocol': 'rpc-v2-cbor',
      'x-amzn-requestid': requestId,
    }),
    unknownOperation: ({ path }) =>
      new AwsError('InvalidAction', `Could not find operation ${PATH.exec(path)?.[2] ?? ''}.`),
  };
}

function parse(body: Buffer) {
  if (body.length === 0) return {};
  let members: Json;
  try {
    members = jsonOf(library().cbor.deserialize(body), 0);
  } catch {
    throw new AwsError('SerializationException', 'The request body is not valid CBOR.');
  }
  if (!isJsonObject(members)) {
    throw new AwsError('SerializationException', 'The request body must be a map.');
  }
  return members;
}

/** Tagged times as seconds since the epoch, big integers as numbers. */
function jsonOf(value: unknown, depth: number): Json {
  if (depth > MAX_DEPTH) throw new Error('nested too deep');
  if (typeof value === 'bigint') return Number(value);
  if (value === undefined || value === null) return null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map((item) => jsonOf(item, depth + 1));
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  const tagged = value as { tag?: unknown; value?: unknown };
  if (typeof tagged.tag === 'number' && Object.getOwnPropertySymbols(value).length > 0) {
    return jsonOf(tagged.value, depth + 1);
  }
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, jsonOf(member, depth + 1)]));
}
