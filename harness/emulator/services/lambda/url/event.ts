/**
 * A request to a function URL as the function sees it, payload format 2.0.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads
 */
import type { WireRequest } from '../../../http/wire.ts';

export interface UrlEventPlace {
  urlId: string;
  region: string;
  /** Path after the URL's own part as it was sent, percent-encoded. */
  rawPath: string;
  requestId: string;
  nowMs: number;
  /** Of a signed call: who makes it. */
  caller?: { accessKey: string; accountId: string; callerId: string; userArn: string };
}

/** Bodies of these types reach the function as they are; all others in base64. */
const TEXT_TYPE =
  /^(?:text\/|application\/(?:json|xml|javascript|graphql)\b|application\/[\w.+-]+\+(?:json|xml)\b)/i;

/** The event, a JSON object. Absent parts are left out, as AWS leaves them out. */
export function urlEvent(request: WireRequest, body: Buffer, place: UrlEventPlace): object {
  const { headers } = request;
  const domainName = `${place.urlId}.lambda-url.${place.region}.on.aws`;
  const { cookie, ...others } = headers;
  // Recorded: `/pa2%25Fth` arrives as `/pa2%Fth`.
  const rawPath = place.rawPath.replaceAll('%25', '%');
  const isText = TEXT_TYPE.test(headers['content-type'] ?? '');
  const sourceIp = request.caller.sourceIp ?? '127.0.0.1';
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString: request.rawQuery ?? request.query.toString(),
    ...(cookie === undefined ? {} : { cookies: cookie.split(/;\s*/) }),
    headers: {
      ...others,
      'x-forwarded-for': sourceIp,
      'x-forwarded-port': request.host.split(':')[1] ?? '80',
      'x-forwarded-proto': 'http',
    },
    ...queryParameters(request.query),
    requestContext: {
      accountId: place.caller?.accountId ?? 'anonymous',
      apiId: place.urlId,
      ...(place.caller === undefined
        ? {}
        : {
            authorizer: {
              iam: {
                accessKey: place.caller.accessKey,
                accountId: place.caller.accountId,
                callerId: place.caller.callerId,
                cognitoIdentity: null,
                principalOrgId: null,
                userArn: place.caller.userArn,
                userId: place.caller.callerId,
              },
            },
          }),
      domainName,
      domainPrefix: place.urlId,
      http: {
        method: request.method,
        path: rawPath,
        protocol: 'HTTP/1.1',
        sourceIp,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: place.requestId,
      routeKey: '$default',
      stage: '$default',
      time: requestTime(place.nowMs),
      timeEpoch: place.nowMs,
    },
    ...(body.length === 0 ? {} : { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

/** Values of a name that comes more than once are joined by commas. */
function queryParameters(query: URLSearchParams): { queryStringParameters?: { [name: string]: string } } {
  const names = [...new Set(query.keys())];
  if (names.length === 0) return {};
  return {
    queryStringParameters: Object.fromEntries(names.map((name) => [name, query.getAll(name).join(',')])),
  };
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `24/Nov/2026:18:33:17 +0000` */
function requestTime(nowMs: number): string {
  const [date = '', time = ''] = new Date(nowMs).toISOString().split('T');
  const [year, month, day] = date.split('-');
  return `${day}/${MONTHS[Number(month) - 1]}/${year}:${time.slice(0, 8)} +0000`;
}
