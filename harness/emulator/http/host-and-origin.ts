/**
 * What the Host and Origin of a request say: whether the host is this server, the bucket or function URL it names, and
 * whether a web page of another origin caused the request.
 *
 * The origin check keeps web pages that the user's browser shows away from the local AWS. A page of another origin
 * may neither change nor read anything, whether by fetch, form, image, WebSocket or a host name that was rebound to
 * this machine. Clients that are no browsers carry neither Origin nor Sec-Fetch headers and pass.
 * Source: https://fetch.spec.whatwg.org/#origin-header, https://www.w3.org/TR/fetch-metadata/,
 * https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
 */
import { isIP } from 'node:net';
import { memoize } from '../../core/memoize.ts';
import type { WireRequest } from './wire.ts';

export interface OriginRules {
  /** The address that the listener is bound to. */
  bindHost: string;
  /** Further names of this server (`--host-name`): `host.docker.internal`, a compose service. */
  hostNames: readonly string[];
  /** Origins whose pages may call every service (`--allow-origin`), e.g. `http://localhost:3000`. */
  allowedOrigins: readonly string[];
}

type CheckedRequest = Pick<WireRequest, 'headers' | 'host' | 'method'>;

/** Names of LocalStack's that resolve to loopback, and AWS's names of function URLs. */
const HOST_SUFFIXES = [
  '.localhost',
  '.localhost.localstack.cloud',
  '.amazonaws.com',
  '.amazonaws.com.cn',
  '.on.aws',
];
const HOST_NAMES = ['localhost', 'localhost.localstack.cloud'];

/**
 * Whether the Host header names this server. Addresses do: only a name can be rebound to another machine.
 * Names under amazonaws.com are AWS's own: a client that was told to resolve them here means this server, and no page
 * can have been loaded from them.
 */
export function isOwnHost(host: string, { bindHost, hostNames }: OriginRules): boolean {
  const { name, isLocal } = readHost(host);
  if (isLocal) return true;
  if (name === undefined) return false;
  if (name === bindHost.toLowerCase()) return true;
  return hostNames.some((own) => own.toLowerCase() === name || name.endsWith(`.${own.toLowerCase()}`));
}

/** Whether a name is this server's, whatever the options say. */
const isLocalName = (name: string): boolean =>
  isIP(name) !== 0 || HOST_NAMES.includes(name) || HOST_SUFFIXES.some((suffix) => name.endsWith(suffix));

/** The name or address of a Host header, without port and brackets; undefined for one that is malformed. */
function hostNameOf(host: string): string | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^\s:/?#@[\]]+))(?::\d{1,5})?$/i.exec(host);
  return (match?.[1] ?? match?.[2])?.toLowerCase().replace(/\.$/, '');
}

/**
 * Whether a page of another origin caused the request, as far as the browser tells. `Origin: null` is the origin of
 * sandboxed pages and of files.
 */
export function isCrossOrigin({ headers, host }: CheckedRequest, { allowedOrigins }: OriginRules): boolean {
  const origin = headers['origin'];
  if (origin !== undefined && !sameOrigin(origin, host))
    return !allowedOrigins.includes(origin.toLowerCase());
  const site = headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || site === 'none') return false;
  return origin === undefined || !allowedOrigins.includes(origin.toLowerCase());
}

/** Scheme and port count: what a page of another port may do is what a page of another site may do. */
function sameOrigin(origin: string, host: string): boolean {
  const match = /^http:\/\/([^/]+)$/i.exec(origin);
  return match !== null && match[1]!.toLowerCase() === host.toLowerCase();
}

/** A browser sent the request, whatever page caused it. */
export const isBrowser = ({ headers }: Pick<WireRequest, 'headers'>): boolean =>
  headers['origin'] !== undefined ||
  Object.keys(headers).some((name) => name.startsWith('sec-fetch-')) ||
  headers['sec-ch-ua'] !== undefined;

/** A document, frame or plug-in is being loaded: what is answered runs as a page. */
const PAGE_DESTINATIONS = new Set(['document', 'iframe', 'frame', 'embed', 'object', 'fencedframe']);

/**
 * Headers on content that users put here (objects, function URLs) when a browser shows it as a page: without an
 * origin of its own it cannot act as this server's.
 */
export function sandboxHeaders({
  headers,
}: Pick<WireRequest, 'headers'>): { [name: string]: string } | undefined {
  const isPage =
    headers['sec-fetch-mode'] === 'navigate' || PAGE_DESTINATIONS.has(headers['sec-fetch-dest'] ?? '');
  return isPage ? { 'content-security-policy': 'sandbox', 'x-content-type-options': 'nosniff' } : undefined;
}

/** A read that a page causes by linking or embedding: it can show what it gets, and not read it. */
export const isPlainRead = ({ method, headers }: CheckedRequest): boolean =>
  (method === 'GET' || method === 'HEAD') &&
  headers['origin'] === undefined &&
  headers['sec-fetch-mode'] !== 'websocket' &&
  headers['upgrade'] === undefined;

/**
 * Where a function URL is served. Its host name is `<id>.lambda-url.<region>.localhost:PORT` (or
 * `...localhost.localstack.cloud`); without any name to resolve, `http://127.0.0.1:PORT/_cosmicai/lambda-url/<id>/`
 * does. The first is rewritten to the second.
 */
export const FUNCTION_URL_PATH = '/_cosmicai/lambda-url/';

const FUNCTION_URL_HOST =
  /^([a-z0-9]{1,64})\.lambda-url\.([a-z0-9-]+)\.(?:localhost|localhost\.localstack\.cloud|on\.aws)(?::\d+)?$/i;

/** The path of a request to a function URL by host name; nothing for any other host. */
export function functionUrlPath(host: string, path: string): string | undefined {
  const { urlId } = readHost(host);
  return urlId === undefined ? undefined : `${FUNCTION_URL_PATH}${urlId}${path}`;
}

/** The region in the host name of a function URL; nothing for any other host. */
export const functionUrlRegion = (host: string): string | undefined => readHost(host).urlRegion;

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html */
const VIRTUAL_HOST =
  /^(.+?)\.s3[.-](?:[a-z0-9-]+\.)*(?:amazonaws\.com|localhost|localstack\.cloud|127\.0\.0\.1)(?::\d+)?$/i;
const PLAIN_VIRTUAL_HOST = /^(.+)\.localhost(?:\.localstack\.cloud)?(?::\d+)?$/i;
/** Names below `localhost` that belong to services and to the console, not to buckets. */
const RESERVED_LABEL = /^(?:s3|s3\..*|console|(?:.*\.)?lambda-url\..*)$/i;

/** The bucket of a virtual-hosted request (`bucket.s3.localhost:4566`), if the host names one. */
export const virtualBucket = (host: string): string | undefined => readHost(host).bucket;

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/WebsiteEndpoints.html */
const WEBSITE_HOST =
  /^.+?\.s3-website(?:[.-][a-z]{2}(?:-[a-z]+)+-\d)?\.(?:amazonaws\.com(?:\.cn)?|localhost|localhost\.localstack\.cloud)(?::\d+)?$/i;

/** Whether the host is the website of a bucket, not its API. */
export const isWebsiteHost = (host: string): boolean => readHost(host).isWebsite;

interface ReadHost {
  name: string | undefined;
  isLocal: boolean;
  urlId: string | undefined;
  urlRegion: string | undefined;
  bucket: string | undefined;
  isWebsite: boolean;
}

/** Clients send the same few Host headers over and over. */
const readHost = memoize(100, (host): ReadHost => {
  const url = FUNCTION_URL_HOST.exec(host);
  const name = hostNameOf(host);
  return {
    name,
    isLocal: name !== undefined && isLocalName(name),
    urlId: url?.[1]?.toLowerCase(),
    urlRegion: url?.[2]?.toLowerCase(),
    bucket: bucketOf(host),
    isWebsite: WEBSITE_HOST.test(host),
  };
});

function bucketOf(host: string): string | undefined {
  const bucket = (VIRTUAL_HOST.exec(host) ?? PLAIN_VIRTUAL_HOST.exec(host))?.[1];
  if (bucket === undefined || RESERVED_LABEL.test(bucket)) return undefined;
  // `localhost.localstack.cloud` alone, and regional names of services: `sqs.us-east-1.localhost.localstack.cloud`.
  return bucket.toLowerCase() === 'localhost' || /\.[a-z]{2}(?:-[a-z]+)+-\d$/i.test(bucket)
    ? undefined
    : bucket;
}
