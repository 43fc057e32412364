/** awsQuery with nested members. Source: https://smithy.io/2.0/aws/protocols/aws-query-protocol.html */
import { AwsError } from '../../../../core/errors.ts';
import type { Json, JsonObject } from '../../../../core/json.ts';
import type { WireRequest, WireResponse } from '../../wire.ts';
import { renderXml } from '../xml.ts';
import type { RpcCodec } from './codec.ts';

/** No member of AWS nests deeper; each level is two segments where it is a list. */
const MAX_SEGMENTS = 24;

export const queryCodec: RpcCodec = {
  operationOf: (request, body) => formOf(request, body).get('Action') ?? undefined,
  decode: (request, body) => decodeForm(formOf(request, body)),
  render: (operation, output, { requestId }, { xmlNamespace }) => ({
    status: 200,
    headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
    body: renderXml({
      [`${operation}Response`]: {
        '@xmlns': xmlNamespace,
        [`${operation}Result`]: xmlOf(output),
        ResponseMetadata: { RequestId: requestId },
      },
    }),
  }),
  renderError: (error, request) => ({
    ...renderQueryError(error, request),
    headers: { 'content-type': 'text/xml', 'x-amzn-requestid': request.requestId },
  }),
};

function renderQueryError(error: unknown, request: WireRequest): WireResponse {
  if (!(error instanceof AwsError)) throw error;
  const body = { Type: error.status < 500 ? 'Sender' : 'Receiver', Code: error.code, Message: error.message };
  return {
    status: error.status,
    body: renderXml({ ErrorResponse: { Error: body, RequestId: request.requestId } }),
  };
}

const formOf = (request: WireRequest, body: Buffer): URLSearchParams =>
  new URLSearchParams([...request.query, ...new URLSearchParams(body.toString('utf8'))]);

type Tree = Map<string, Tree | string>;

/** Members by their dotted names; `Name.member.1.Key` is the first of a list. All values are texts. */
export function decodeForm(form: Iterable<[string, string]>): JsonObject {
  const root: Tree = new Map();
  for (const [name, value] of form) {
    const segments = name.split('.');
    if (segments.length > MAX_SEGMENTS) continue;
    let place = root;
    for (const segment of segments.slice(0, -1)) {
      let next = place.get(segment);
      if (!(next instanceof Map)) {
        next = new Map();
        place.set(segment, next);
      }
      place = next;
    }
    place.set(segments.at(-1)!, value);
  }
  return jsonOf(root) as JsonObject;
}

function jsonOf(tree: Tree | string): Json {
  if (typeof tree === 'string') return tree;
  const list = tree.get('member');
  if (tree.size === 1 && list instanceof Map) {
    return [...list].sort(([a], [b]) => Number(a) - Number(b)).map(([, item]) => jsonOf(item));
  }
  return Object.fromEntries([...tree].map(([name, member]) => [name, jsonOf(member)]));
}

function xmlOf(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Map) {
    return { entry: [...value].map(([key, member]) => ({ key, value: xmlOf(member) })) };
  }
  if (Array.isArray(value)) return { member: value.map(xmlOf) };
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, xmlOf(member)]));
}
