/** awsJson1_0 of a service that once spoke query only. Source: https://smithy.io/2.0/aws/protocols/aws-query-protocol.html */
import { AwsError } from '../../../../core/errors.ts';
import { isJsonObject } from '../../../../core/json.ts';
import { queryErrorHeader, type RpcCodec } from './codec.ts';

const CONTENT_TYPE = 'application/x-amz-json-1.0';

export const jsonCodec: RpcCodec = {
  operationOf({ headers }, _body, { shape }) {
    const target = headers['x-amz-target'];
    return target?.startsWith(`${shape}.`) ? target.slice(shape.length + 1) : undefined;
  },
  decode(_request, body) {
    if (body.length === 0) return {};
    let members: unknown;
    try {
      members = JSON.parse(body.toString('utf8'));
    } catch {
      throw new AwsError('SerializationException', 'The request body is not valid JSON.');
    }
    if (!isJsonObject(members)) {
      throw new AwsError('SerializationException', 'The request body must be a JSON object.');
    }
    return members;
  },
  render: (_operation, output, { requestId }) => ({
    status: 200,
    headers: { 'content-type': CONTENT_TYPE, 'x-amzn-requestid': requestId },
    body: JSON.stringify(jsonOf(output)),
  }),
  renderError: (error, { requestId }, { errorShapeOf }) => ({
    status: error.status,
    headers: { 'content-type': CONTENT_TYPE, 'x-amzn-requestid': requestId, ...queryErrorHeader(error) },
    body: JSON.stringify({ __type: errorShapeOf(error.code), message: error.message }),
  }),
};

/** Times as seconds since the epoch, maps as objects. */
function jsonOf(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (value instanceof Map) return jsonOf(Object.fromEntries(value));
  if (Array.isArray(value)) return value.map(jsonOf);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, jsonOf(member)]));
}
