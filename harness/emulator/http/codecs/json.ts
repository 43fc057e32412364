/**
 * awsJson1_0 and awsJson1_1: POST /, `X-Amz-Target: Prefix.Operation`.
 * Source: https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html
 */
import { AwsError } from '../../../core/errors.ts';
import type { Json } from '../../../core/json.ts';
import { printJson } from '../../../core/json-print.ts';
import { decodeMembers } from '../model/decode.ts';
import { type Codec, parseJsonBody, queryErrorHeader, toJsonOutput } from './codec.ts';

export interface JsonProtocol {
  /** As in `X-Amz-Target` (`AWSStepFunctions`). */
  targetPrefix: string;
  version: '1.0' | '1.1';
  /** The error shape of a query error code, for services that clients also reach by query (CloudWatch). */
  errorShapeOf?: (code: string) => string;
  /** The service's outputs hold JSON values only, no `Date`, `Map` or blob: they are written as they are. */
  plainOutputs?: boolean;
}

export function jsonCodec({ targetPrefix, version, errorShapeOf, plainOutputs }: JsonProtocol): Codec {
  const contentType = `application/x-amz-json-${version}`;
  const prefix = `${targetPrefix}.`;
  return {
    matchesEarly: true,
    accepts: ({ headers }) => headers['x-amz-target']?.startsWith(prefix) ?? false,
    match({ headers }) {
      const target = headers['x-amz-target'];
      return target?.startsWith(prefix) ? { name: target.slice(prefix.length), parameters: {} } : undefined;
    },
    decode(_request, body, { name }, model) {
      const shape = model.inputOf(name);
      const input = parseJsonBody(body);
      return shape ? decodeMembers(model, shape, input, 'json') : {};
    },
    render: (_match, output) => ({
      status: 200,
      body: printJson(((plainOutputs ? output : toJsonOutput(output)) ?? {}) as Json),
    }),
    renderError: (error) => ({
      status: error.status,
      headers: errorShapeOf
        ? { ...queryErrorHeader(error), ...error.headers }
        : { 'x-amzn-errortype': error.code, ...error.headers },
      body: JSON.stringify({
        __type: errorShapeOf?.(error.code) ?? error.code,
        ...(error.message === '' ? {} : { message: error.message }),
        ...error.details,
      }),
    }),
    headers: ({ requestId }) => ({ 'content-type': contentType, 'x-amzn-requestid': requestId }),
    unknownOperation: ({ headers }) =>
      new AwsError('UnknownOperationException', `Operation ${headers['x-amz-target'] ?? ''} is not served.`),
  };
}
