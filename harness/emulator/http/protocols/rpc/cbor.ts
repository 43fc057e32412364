/** Smithy RPC v2 CBOR. Source: https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html */
import { AwsError } from '../../../../core/errors.ts';
import { isJsonObject, type Json } from '../../../../core/json.ts';
import { lazily } from '../../../../core/lazily.ts';
import { loadPackage } from '../../../../core/load-package.ts';
import { queryErrorHeader, type RpcCodec } from './codec.ts';

const library = lazily(() => loadPackage('@smithy/core/cbor') as typeof import('@smithy/core/cbor'));
const HEADERS = { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' };
/** Members nest a handful of levels; the decoder itself would go as deep as the stack. */
const MAX_DEPTH = 64;

export const cborCodec: RpcCodec = {
  operationOf({ path }, _body, { shape }) {
    const match = /^\/service\/([^/]+)\/operation\/([^/]+)$/.exec(path);
    return match?.[1] === shape ? match[2] : undefined;
  },
  decode(_request, body) {
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
  },
  render: (_operation, output, { requestId }) => ({
    status: 200,
    headers: { ...HEADERS, 'x-amzn-requestid': requestId },
    body: library().cbor.serialize(cborOf(output)),
  }),
  renderError: (error, { requestId }, { errorShapeOf }) => ({
    status: error.status,
    headers: { ...HEADERS, 'x-amzn-requestid': requestId, ...queryErrorHeader(error) },
    body: library().cbor.serialize({ __type: errorShapeOf(error.code), message: error.message }),
  }),
};

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

function cborOf(value: unknown): unknown {
  if (value instanceof Date) return library().dateToTag(value);
  if (value instanceof Map) return cborOf(Object.fromEntries(value));
  if (Array.isArray(value)) return value.map(cborOf);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) => (member === undefined ? [] : [[name, cborOf(member)]])),
  );
}
