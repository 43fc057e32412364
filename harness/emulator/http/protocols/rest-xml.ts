/**
 * restXml as S3 speaks it.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
import { AwsError } from '../../../core/errors.ts';
import type { CallGuard } from '../call-guard.ts';
import type { Operation } from '../legacy-operation.ts';
import { legacyMatcher, type RouteMatch } from '../legacy-operation.ts';
import type { Service, ServiceName, WireRequest, WireResponse } from '../wire.ts';
import { renderXml } from './xml.ts';

/** An XML answer. */
export function xmlResponse(status: number, value: object): WireResponse {
  return { status, headers: { 'content-type': 'application/xml' }, body: renderXml(value) };
}

/** A service that speaks REST XML. */
export function restXmlService<C>(options: {
  name: ServiceName;
  operations: readonly Operation<C>[];
  context: C;
  /** Sees every request first, and may change it; what it throws is answered as any other error. */
  admit?: (request: WireRequest) => WireRequest;
  /** Answers requests that are for no operation: preflights. */
  preflight?: (request: WireRequest) => WireResponse | undefined;
  /** Sees every answer last. */
  mark?: (request: WireRequest, response: WireResponse) => WireResponse;
  /** Asked once the operation is known. */
  guard?: CallGuard;
  stop?: () => Promise<void>;
}): Service {
  const match = legacyMatcher(options.operations);
  const finish = (response: WireResponse, request: WireRequest): WireResponse => {
    const marked = options.mark ? options.mark(request, response) : response;
    return {
      ...marked,
      headers: {
        server: 'AmazonS3',
        'x-amz-request-id': requestIdOf(request),
        'x-amz-id-2': hostIdOf(request),
        ...marked.headers,
      },
    };
  };
  return {
    name: options.name,
    operations: options.operations.map((operation) => operation.name),
    stop: options.stop ?? (async () => {}),
    refuse: (request, error) => finish(renderXmlError(error, request), request),
    async handle(sent) {
      let request = sent;
      try {
        if (!isDecodable(request.path)) {
          throw new AwsError('InvalidURI', "Couldn't parse the specified URI.", 400, {
            details: { URI: request.path },
          });
        }
        request = options.admit?.(request) ?? request;
        const early = options.preflight?.(request);
        if (early) return finish(early, request);
        const found = match(request);
        if (!found) {
          throw new AwsError(
            'MethodNotAllowed',
            'The specified method is not allowed against this resource.',
            405,
            { details: { Method: request.method, ResourceType: 'SERVICE' } },
          );
        }
        return finish(await runGuarded(options, found, request), request);
      } catch (error) {
        return finish(renderXmlError(error, request), request);
      }
    },
  };
}

async function runGuarded<C>(
  { context, guard }: { context: C; guard?: CallGuard },
  { operation, parameters }: RouteMatch<C>,
  request: WireRequest,
): Promise<WireResponse> {
  if (!guard) return operation.run(context, request, parameters);
  const admitted = await guard.admit(operation.name, request, parameters);
  try {
    return await operation.run(context, admitted, parameters);
  } catch (error) {
    throw guard.explain?.(error, request, parameters) ?? error;
  }
}

/** Sixteen capitals and digits, as S3's own. */
const requestIdOf = ({ requestId }: WireRequest): string =>
  requestId.replaceAll('-', '').slice(0, 16).toUpperCase();

/** Base64, as S3's own. */
const hostIdOf = ({ requestId }: WireRequest): string =>
  Buffer.from(`${requestId}/${requestId.slice(0, 11)}`).toString('base64');

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

function renderXmlError(error: unknown, request: WireRequest): WireResponse {
  if (!(error instanceof AwsError)) throw error;
  // HEAD, 304 and 204 carry no body; the SDKs read the status alone there.
  if (error.status === 304) return { status: 304, headers: error.headers };
  if (request.method === 'HEAD')
    return { status: error.status, headers: { 'content-type': 'application/xml', ...error.headers } };
  const { code, message, details, headers } = error;
  const body = {
    Code: code,
    Message: message,
    ...details,
    RequestId: requestIdOf(request),
    HostId: hostIdOf(request),
  };
  const response = xmlResponse(error.status, { Error: body });
  return { ...response, headers: { ...response.headers, ...headers } };
}
