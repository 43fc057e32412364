/**
 * restXml as S3 speaks it.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
import { XMLBuilder } from 'fast-xml-parser';
import { AwsError } from '../../../core/errors.ts';
import type { Operation } from '../operation.ts';
import { restRouter } from '../rest-router.ts';
import type { Service, ServiceName, WireRequest, WireResponse } from '../wire.ts';

const builder = new XMLBuilder({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  suppressEmptyNode: false,
});

/** An XML document: `value` has one member, the root element; attributes start with `@`. Control characters are escaped. */
export function renderXml(value: object): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${builder.build(value)}`;
}

/** An XML answer. */
export function xmlResponse(status: number, value: object): WireResponse {
  return { status, headers: { 'content-type': 'application/xml' }, body: renderXml(value) };
}

/** A service that speaks REST XML. */
export function restXmlService<C>(options: {
  name: ServiceName;
  operations: readonly Operation<C>[];
  context: C;
  stop?: () => Promise<void>;
}): Service {
  const match = restRouter(options.operations);
  const finish = (response: WireResponse, request: WireRequest): WireResponse => ({
    ...response,
    headers: { 'x-amz-request-id': request.requestId, 'x-amz-id-2': request.requestId, ...response.headers },
  });
  return {
    name: options.name,
    operations: options.operations.map((operation) => operation.name),
    stop: options.stop ?? (async () => {}),
    async handle(request) {
      const found = match(request);
      try {
        if (!found) {
          throw new AwsError(
            'MethodNotAllowed',
            'The specified method is not allowed against this resource.',
            405,
          );
        }
        return finish(await found.operation.run(options.context, request, found.parameters), request);
      } catch (error) {
        return finish(renderXmlError(error, request), request);
      }
    },
  };
}

function renderXmlError(error: unknown, request: WireRequest): WireResponse {
  if (!(error instanceof AwsError)) throw error;
  // HEAD, 304 and 204 carry no body; the SDKs read the status alone there.
  if (request.method === 'HEAD' || error.status === 304)
    return { status: error.status, headers: error.headers };
  const { code, message, details, headers } = error;
  const body = {
    Code: code,
    Message: message,
    ...details,
    RequestId: request.requestId,
    HostId: request.requestId,
  };
  const response = xmlResponse(error.status, { Error: body });
  return { ...response, headers: { ...response.headers, ...headers } };
}
