/**
 * What S3 alone needs in the request pipeline: headers in presigned queries, the region of buckets, CORS, and whether
 * a caller may learn that an object is missing.
 */

import { AwsError } from '../../../core/errors.ts';
import type { ResourceGuard } from '../../http/access.ts';
import { isWebsiteHost, sandboxHeaders } from '../../http/host-and-origin.ts';
import type { ServiceHook } from '../../http/pipeline.ts';
import type { Service, WireRequest } from '../../http/wire.ts';
import type { PermissionsPort } from '../ports.ts';
import { assertBucketRegion, withBucketRegion } from './bucket-region.ts';
import type { Cors } from './cors.ts';
import { invalidRequest } from './errors.ts';
import { headerText } from './objects/properties.ts';
import { listBucketCall } from './permissions.ts';
import type { Buckets } from './store/buckets.ts';

export interface HookParts {
  /** Names and regions of buckets are checked as strictly as AWS does: signatures are verified. */
  isVerifying: boolean;
  accountId: string;
  buckets: Buckets;
  cors: Cors;
  policies?: { permissions: Pick<PermissionsPort, 'refusal'>; guardOf: ResourceGuard } | undefined;
}

/** Website endpoints answer with pages of a bucket, which they read through the pipeline; all else is the API. */
export function besideWebsites(handle: Service['handle'], buckets: Buckets): Service['handle'] {
  const website = async (request: WireRequest) => {
    const { serveWebsite } = await import('./website/serve-website.ts');
    return serveWebsite({ buckets, handle }, request);
  };
  return (request) => (isWebsiteHost(request.host) ? website(request) : handle(request));
}

export function s3Hook(parts: HookParts): ServiceHook {
  const { isVerifying, accountId, buckets, cors, policies } = parts;
  const regionOf = (name: string) => (buckets.has(name) ? buckets.get(name).region : undefined);
  return {
    before(sent) {
      if (!isDecodable(sent.path)) {
        throw new AwsError('InvalidURI', "Couldn't parse the specified URI.", 400, {
          details: { URI: sent.path },
        });
      }
      // Browsers ask before they may send a signature.
      if (sent.method === 'OPTIONS') return cors.preflight(sent);
      if (isVerifying || !isOfSignedRegion(sent, regionOf)) assertBucketRegion(sent, regionOf, isVerifying);
      return undefined;
    },
    // What a presigned query says of headers counts once its signature has been verified.
    authenticated(sent) {
      const hasQuery = sent.query.size > 0;
      const request = hasQuery ? withHoistedHeaders(sent) : sent;
      if (hasQuery) assertOverridesSigned(request);
      assertOwner(request, accountId);
      return request;
    },
    explain(error, { method, caller }, { parameters }) {
      const isMissing =
        error instanceof AwsError && error.code === 'NoSuchKey' && (method === 'GET' || method === 'HEAD');
      if (!isMissing || !policies) return error;
      const call = listBucketCall(parameters['Bucket'] ?? '');
      const refusal = policies.permissions.refusal(caller, call, false, policies.guardOf(call, false));
      return refusal === undefined ? error : new AwsError('AccessDenied', refusal, 403);
    },
    after(request, response) {
      // Objects that a browser shows as a page must not act as pages of this server.
      const sandbox = sandboxHeaders(request);
      const shown = sandbox ? { ...response, headers: { ...response.headers, ...sandbox } } : response;
      const marked = request.headers['origin'] === undefined ? shown : cors.mark(request, shown);
      return request.method === 'HEAD' && marked.status >= 400
        ? withBucketRegion(request, marked, regionOf)
        : marked;
    },
  };
}

/** Whether the percent-encoding of a path can be read. */
export function isDecodable(path: string): boolean {
  if (!path.includes('%')) return true;
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

/** Most requests: their bucket lies in the region that they are signed for. */
function isOfSignedRegion({ path, caller }: WireRequest, regionOf: (name: string) => string | undefined) {
  const [, bucket = ''] = path.split('/', 2);
  return regionOf(bucket) === caller.region;
}

/** Presigned queries name the value of a header that was signed; these speak of the signature itself. */
const OF_SIGNATURE =
  /^x-amz-(?:algorithm|credential|date|expires|signedheaders|signature|security-token|content-sha256|checksum-(?:crc32|crc32c|crc64nvme|sha1|sha256)|sdk-checksum-algorithm)$/;
/** Recorded (B13): conditions that are signed into the query hold. */
const CONDITIONS = new Set(['if-match', 'if-none-match']);

/**
 * The SDKs put headers into the query of a presigned URL (`x-amz-meta-author=...`), and S3 takes them for headers.
 * A checksum there is of the empty body the URL was signed with, and is not looked at.
 * @throws AwsError InvalidArgument for a name that no header has
 */
function withHoistedHeaders(request: WireRequest): WireRequest {
  if (!request.query.has('X-Amz-Signature') && !request.query.has('Signature')) return request;
  const hoisted: { [name: string]: string } = {};
  for (const [parameter, value] of request.query) {
    const name = parameter.toLowerCase();
    const isHeader = name.startsWith('x-amz-') ? !OF_SIGNATURE.test(name) : CONDITIONS.has(name);
    if (isHeader && request.headers[name] === undefined) hoisted[name] = headerText(name, value);
  }
  return Object.keys(hoisted).length === 0
    ? request
    : { ...request, headers: { ...request.headers, ...hoisted } };
}

/** Only a signed request may choose the headers of its answer. @throws AwsError InvalidRequest */
function assertOverridesSigned({ signature, query }: WireRequest): void {
  if (signature.kind !== 'none') return;
  for (const name of query.keys()) {
    if (!/^response-(?:cache-control|content-\w+|expires)$/.test(name)) continue;
    throw invalidRequest('Request specific response headers cannot be used for anonymous GET requests.');
  }
}

/** The account a client believes the bucket to be of. */
const OWNER_HEADERS = ['x-amz-expected-bucket-owner', 'x-amz-source-expected-bucket-owner'];

/** @throws AwsError AccessDenied, InvalidBucketOwnerAWSAccountID */
function assertOwner({ headers }: WireRequest, accountId: string): void {
  for (const name of OWNER_HEADERS) {
    const owner = headers[name];
    if (owner === undefined || owner === accountId) continue;
    if (/^\w{12}$/.test(owner)) throw new AwsError('AccessDenied', 'Access Denied', 403);
    throw new AwsError(
      'InvalidBucketOwnerAWSAccountID',
      `The value of the expected bucket owner parameter must be an AWS Account ID... [${owner}]`,
    );
  }
}
