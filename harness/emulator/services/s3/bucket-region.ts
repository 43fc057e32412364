/**
 * A bucket is reached through the region it was created in: a request that names another one, by its signature or
 * its host, is redirected there.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/Redirects.html,
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
import { AwsError } from '../../../core/errors.ts';
import type { WireRequest, WireResponse } from '../../http/wire.ts';
import { assertBucketName } from './objects/find-object.ts';

const DEFAULT_REGION = 'us-east-1';
/** The region in a host: `s3.eu-west-1.localhost:4566`, `bucket.s3-eu-west-1.amazonaws.com`. */
const REGIONAL_HOST = /(?:^|\.)s3[.-]([a-z]{2}(?:-[a-z]+)+-\d)\.(.+)$/i;

/** Where a request was sent, for which region it is signed, and where its bucket is. */
interface RequestedRegion {
  bucket: string;
  /** Region of the bucket; undefined where there is no such bucket. */
  actual: string | undefined;
  endpoint: string;
  /** Host behind the region, where the host names one. */
  domain: string | undefined;
  signed: string;
}

/**
 * Hosts without a region (`127.0.0.1:4566`) are of whatever region the signature says.
 * @param regionOf region of a bucket, if there is such a bucket
 * @param isStrict also refuses what AWS alone refuses: requests that are signed for the right region but sent to the
 * host of another, and names that no bucket has. Where signatures are not verified, these pass.
 * @throws AwsError PermanentRedirect, AuthorizationHeaderMalformed, AuthorizationQueryParametersError, InvalidBucketName
 */
export function assertBucketRegion(
  request: WireRequest,
  regionOf: (bucket: string) => string | undefined,
  isStrict: boolean,
): void {
  const [, name = '', key] = request.path.split('/', 3);
  if (name === '') return;
  const bucket = decodeURIComponent(name);
  const actual = regionOf(bucket);
  const signed = request.caller.region;
  if (!isStrict && (actual === undefined || actual === signed)) return;
  // Anonymous requests, and those of signature version 2, name no region.
  if (request.caller.accessKeyId === 'anonymous' || request.signature.kind === 'v2') return;
  // Buckets are created, and asked for their location, through any region.
  const isOfBucket = key === undefined || key === '';
  if (isOfBucket && (request.query.has('location') || isCreation(request))) return;
  const host = REGIONAL_HOST.exec(request.host);
  const endpoint = host?.[1]?.toLowerCase() ?? signed;
  const asked = { bucket, actual, endpoint, domain: host?.[2], signed };
  if (isStrict) assertBucketName(bucket);
  const checks = [() => assertSentTo(request, asked), () => assertSignedFor(request, asked)];
  // Reads look at the signature first.
  for (const check of request.method === 'GET' ? checks.reverse() : checks) check();
}

/** A creation says where the bucket is to be in its body. */
const isCreation = ({ method, query }: WireRequest): boolean =>
  method === 'PUT' && [...query.keys()].every((name) => /^x-(?:id|amz-.*)$/i.test(name));

function assertSentTo(
  { method }: WireRequest,
  { bucket, actual, endpoint, domain, signed }: RequestedRegion,
): void {
  if (actual === undefined || actual === endpoint) return;
  const global = signed === DEFAULT_REGION ? 's3' : `s3-${actual}`;
  const Endpoint =
    domain === undefined ? `${bucket}.${global}.amazonaws.com` : `${bucket}.s3.${actual}.${domain}`;
  throw new AwsError(
    'PermanentRedirect',
    'The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.',
    301,
    {
      // In the order of AWS's own answers.
      details: method === 'GET' ? { Bucket: bucket, Endpoint } : { Endpoint, Bucket: bucket },
      headers: { 'x-amz-bucket-region': actual },
    },
  );
}

function assertSignedFor(request: WireRequest, { endpoint, signed }: RequestedRegion): void {
  if (signed === endpoint) return;
  const isPresigned = request.query.has('X-Amz-Signature');
  throw new AwsError(
    isPresigned ? 'AuthorizationQueryParametersError' : 'AuthorizationHeaderMalformed',
    `${isPresigned ? 'Error parsing the X-Amz-Credential parameter' : 'The authorization header is malformed'}; the region '${signed}' is wrong; expecting '${endpoint}'`,
    400,
    { details: { Region: endpoint } },
  );
}

/** A refused HeadBucket still names the bucket's region: that is what SDKs ask it for. */
export function withBucketRegion(
  request: WireRequest,
  response: WireResponse,
  regionOf: (bucket: string) => string | undefined,
): WireResponse {
  const [, name = '', key = ''] = request.path.split('/', 3);
  const region = key === '' ? regionOf(name) : undefined;
  return region === undefined
    ? response
    : { ...response, headers: { ...response.headers, 'x-amz-bucket-region': region } };
}
