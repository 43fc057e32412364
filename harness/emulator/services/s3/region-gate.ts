/**
 * A bucket is reached through the region it was made in: a request that names another one, by its signature or its
 * host, is sent there.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/Redirects.html,
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
import { AwsError } from '../../../core/errors.ts';
import { signerV2 } from '../../http/signer-v2.ts';
import type { WireRequest, WireResponse } from '../../http/wire.ts';
import { assertBucketName } from './objects/names.ts';

const DEFAULT_REGION = 'us-east-1';
/** The region in a host: `s3.eu-west-1.localhost:4566`, `bucket.s3-eu-west-1.amazonaws.com`. */
const REGIONAL_HOST = /(?:^|\.)s3[.-]([a-z]{2}(?:-[a-z]+)+-\d)\.(.+)$/i;

/** Where a request was sent, by whom it was signed for which region, and where its bucket is. */
interface Places {
  bucket: string;
  /** Undefined where there is no such bucket. */
  home: string | undefined;
  endpoint: string;
  /** Host behind the region, where the host names one. */
  domain: string | undefined;
  signed: string;
}

/**
 * Hosts without a region (`127.0.0.1:4566`) are of whatever region the signature says.
 * @param homeOf region of a bucket, if there is such a bucket
 * @param isStrict also refuses what a client is told on AWS alone: requests that are signed for the right region but
 * sent to the host of another, and names that no bucket has. Where signatures are not looked at, these pass.
 * @throws AwsError PermanentRedirect, AuthorizationHeaderMalformed, AuthorizationQueryParametersError, InvalidBucketName
 */
export function assertRegion(
  request: WireRequest,
  homeOf: (bucket: string) => string | undefined,
  isStrict: boolean,
): void {
  const [, name = '', key] = request.path.split('/', 3);
  // Anonymous requests, and those of the older signature, say no region.
  if (name === '' || request.caller.accessKeyId === 'anonymous' || signerV2(request) !== undefined) return;
  const bucket = decodeURIComponent(name);
  // Buckets are made, and asked where they are, from anywhere.
  const isOfBucket = key === undefined || key === '';
  if (isOfBucket && (request.query.has('location') || isCreation(request))) return;
  const host = REGIONAL_HOST.exec(request.host);
  const signed = request.caller.region;
  const endpoint = host?.[1]?.toLowerCase() ?? signed;
  const places = { bucket, home: homeOf(bucket), endpoint, domain: host?.[2], signed };
  if (isStrict) assertBucketName(bucket);
  else if (places.home === undefined || places.home === signed) return;
  const checks = [() => assertHome(request, places), () => assertSignedFor(request, places)];
  // Reads look at the signature first.
  for (const check of request.method === 'GET' ? checks.reverse() : checks) check();
}

/** A creation says where the bucket is to be in its body. */
const isCreation = ({ method, query }: WireRequest): boolean =>
  method === 'PUT' && [...query.keys()].every((name) => /^x-(?:id|amz-.*)$/i.test(name));

function assertHome({ method }: WireRequest, { bucket, home, endpoint, domain, signed }: Places): void {
  if (home === undefined || home === endpoint) return;
  const global = signed === DEFAULT_REGION ? 's3' : `s3-${home}`;
  const Endpoint =
    domain === undefined ? `${bucket}.${global}.amazonaws.com` : `${bucket}.s3.${home}.${domain}`;
  throw new AwsError(
    'PermanentRedirect',
    'The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.',
    301,
    {
      // In the order of AWS's own answers.
      details: method === 'GET' ? { Bucket: bucket, Endpoint } : { Endpoint, Bucket: bucket },
      headers: { 'x-amz-bucket-region': home },
    },
  );
}

function assertSignedFor(request: WireRequest, { endpoint, signed }: Places): void {
  if (signed === endpoint) return;
  const isPresigned = request.query.has('X-Amz-Signature');
  throw new AwsError(
    isPresigned ? 'AuthorizationQueryParametersError' : 'AuthorizationHeaderMalformed',
    `${isPresigned ? 'Error parsing the X-Amz-Credential parameter' : 'The authorization header is malformed'}; the region '${signed}' is wrong; expecting '${endpoint}'`,
    400,
    { details: { Region: endpoint } },
  );
}

/** HeadBucket tells where a bucket is even to whom it refuses: that is what SDKs ask it for. */
export function tellHome(
  request: WireRequest,
  response: WireResponse,
  homeOf: (bucket: string) => string | undefined,
): WireResponse {
  if (request.method !== 'HEAD' || response.status < 400) return response;
  const [, name = '', key = ''] = request.path.split('/', 3);
  const home = key === '' ? homeOf(name) : undefined;
  return home === undefined
    ? response
    : { ...response, headers: { ...response.headers, 'x-amz-bucket-region': home } };
}
