/**
 * The protocols that one service may be reached by, as pure codecs: members in, members out. Timestamps of an
 * answer are `Date`s, its lists arrays, its maps `Map`s; each protocol writes them in its own way.
 */
import { createGunzip } from 'node:zlib';
import { AwsError } from '../../../../core/errors.ts';
import type { JsonObject } from '../../../../core/json.ts';
import { readBody } from '../../read-body.ts';
import type { WireRequest, WireResponse } from '../../wire.ts';

/** What tells one service from another on the wire. */
export interface RpcDialect {
  /** Name of the service's shape, which is its JSON target too: `GraniteServiceVersion20100801`. */
  shape: string;
  /** Namespace of XML answers. */
  xmlNamespace: string;
  /** The error shape of a query error code (`InvalidParameterValue` -> `InvalidParameterValueException`). */
  errorShapeOf(code: string): string;
}

export interface RpcCodec {
  /** The operation a request names, or nothing when it speaks another protocol. */
  operationOf(request: WireRequest, body: Buffer, dialect: RpcDialect): string | undefined;
  /** Members of the request. Query has texts only, whatever the member's type. @throws AwsError */
  decode(request: WireRequest, body: Buffer): JsonObject;
  render(operation: string, output: object, request: WireRequest, dialect: RpcDialect): WireResponse;
  renderError(error: AwsError, request: WireRequest, dialect: RpcDialect): WireResponse;
}

/** Reads a body, unpacking what the SDKs compress (`requestcompression`). @throws AwsError */
export async function readUnpacked(request: WireRequest, limitBytes: number): Promise<Buffer> {
  const encoding = request.headers['content-encoding'] ?? '';
  if (!/\bgzip\b/i.test(encoding)) return readBody(request.body, limitBytes);
  const packed = await readBody(request.body, limitBytes);
  const unpack = createGunzip();
  unpack.end(packed);
  try {
    return await readBody(unpack, limitBytes);
  } catch (error) {
    if (error instanceof AwsError) throw error;
    throw new AwsError('SerializationException', 'The request body is not valid gzip.');
  }
}

/** How services that once spoke query only tell newer clients their old error codes. */
export const queryErrorHeader = (error: AwsError): { 'x-amzn-query-error': string } => ({
  'x-amzn-query-error': `${error.code};${error.status < 500 ? 'Sender' : 'Receiver'}`,
});
