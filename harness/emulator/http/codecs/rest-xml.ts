/**
 * restXml as S3 speaks it: members in path, query and headers; bodies are streams or documents that the operation
 * reads itself.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
import { AwsError } from '../../../core/errors.ts';
import type { ServiceModel } from '../model/service-model.ts';
import type { Operation } from '../operation.ts';
import { renderXml } from '../protocols/xml.ts';
import { restRouter } from '../rest-router.ts';
import type { WireRequest, WireResponse } from '../wire.ts';
import type { Codec } from './codec.ts';
import { decodeLocations, restBindings } from './rest.ts';

/** An XML answer. */
export function xmlResponse(status: number, value: object): WireResponse {
  return { status, headers: { 'content-type': 'application/xml' }, body: renderXml(value) };
}

export function restXmlCodec<C>(model: ServiceModel, operations: readonly Operation<C>[]): Codec {
  const route = restRouter(restBindings(model, operations));
  return {
    streamsBody: true,
    matchesEarly: true,
    accepts: () => true,
    match: (request) => route(request, request.path),
    decode(request, _body, match) {
      const shape = model.inputOf(match.name);
      return shape ? decodeLocations(model, shape, request, match) : {};
    },
    render: ({ name }, output) =>
      output === undefined || Object.keys(output).length === 0
        ? { status: model.operation(name)?.status ?? 200 }
        : xmlResponse(200, output),
    renderError,
    headers: (request) => ({
      server: 'AmazonS3',
      'x-amz-request-id': requestIdOf(request),
      'x-amz-id-2': hostIdOf(request),
    }),
    unknownOperation: ({ method }) =>
      new AwsError('MethodNotAllowed', 'The specified method is not allowed against this resource.', 405, {
        details: { Method: method, ResourceType: 'SERVICE' },
      }),
  };
}

/** Sixteen capitals and digits, as S3's own. */
const requestIdOf = ({ requestId }: WireRequest): string =>
  requestId.replaceAll('-', '').slice(0, 16).toUpperCase();

/** Base64, as S3's own. */
const hostIdOf = ({ requestId }: WireRequest): string =>
  Buffer.from(`${requestId}/${requestId.slice(0, 11)}`).toString('base64');

function renderError(error: AwsError, request: WireRequest): WireResponse {
  // HEAD, 304 and 204 carry no body; the SDKs read the status alone there.
  if (error.status === 304) return { status: 304, headers: error.headers };
  if (request.method === 'HEAD')
    return { status: error.status, headers: { 'content-type': 'application/xml', ...error.headers } };
  const { code, message, details, headers } = error;
  const response = xmlResponse(error.status, {
    Error: {
      Code: code,
      Message: message,
      ...details,
      RequestId: requestIdOf(request),
      HostId: hostIdOf(request),
    },
  });
  return { ...response, headers: { ...response.headers, ...headers } };
}
