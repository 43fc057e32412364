/**
 * What a signature is made of: canonical request, string to sign, signing key.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { virtualBucket } from '../host-and-origin.ts';
import type { WireRequest } from '../wire.ts';
import { ALGORITHM_V4, type SignatureV2, type SignatureV4 } from './signature.ts';

export const sha256Hex = (data: string | Uint8Array): string =>
  createHash('sha256').update(data).digest('hex');
export const hmacSha256 = (key: string | Buffer, text: string): Buffer =>
  createHmac('sha256', key).update(text).digest();

/** The key a scope's signatures are made with. `scope` is `20260101/us-east-1/s3/aws4_request`. */
export function signingKey(secret: string, scope: string): Buffer {
  return scope
    .split('/')
    .reduce<string | Buffer>((key, part) => hmacSha256(key, part), `AWS4${secret}`) as Buffer;
}

export const scopeOf = ({ scopeDate, region, service }: SignatureV4): string =>
  `${scopeDate}/${region}/${service}/aws4_request`;

/** Compares in constant time. */
export function sameText(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}

/** The signature that a request should carry under `secret`, with the texts it was computed from. */
export function computeV4(
  secret: string,
  request: WireRequest,
  found: SignatureV4,
  payloadHash: string,
): { signature: string; stringToSign: string; canonicalRequest: string; signingKey: Buffer } {
  const canonicalRequest = canonicalRequestOf(request, found, payloadHash);
  const scope = scopeOf(found);
  const stringToSign = [ALGORITHM_V4, found.date, scope, sha256Hex(canonicalRequest)].join('\n');
  const key = signingKey(secret, scope);
  return {
    signature: hmacSha256(key, stringToSign).toString('hex'),
    stringToSign,
    canonicalRequest,
    signingKey: key,
  };
}

function canonicalRequestOf(
  request: WireRequest,
  { signedHeaders, service }: SignatureV4,
  payloadHash: string,
): string {
  const pairs = [...request.query]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]): [string, string] => [encode(name), encode(value)])
    .sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : 1));
  const headers = signedHeaders.map(
    (name) => `${name}:${(request.headers[name] ?? '').trim().replace(/\s+/g, ' ')}\n`,
  );
  return [
    request.method,
    (service === 's3' ? s3Path(request) : request.path.split('/').map(encode).join('/')) || '/',
    pairs.map(([name, value]) => `${name}=${value}`).join('&'),
    headers.join(''),
    signedHeaders.join(';'),
    payloadHash,
  ].join('\n');
}

/** S3's path: encoded once and never normalised. All other services encode the path once more. */
function s3Path(request: WireRequest): string {
  const bucket = virtualBucket(request.host);
  const path = bucket === undefined ? request.path : request.path.slice(bucket.length + 1);
  return path.split('/').map(reencode).join('/');
}

const encode = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

function reencode(segment: string): string {
  try {
    return encode(decodeURIComponent(segment));
  } catch {
    return segment;
  }
}

/** Query parameters that are part of what Version 2 signs. */
const SIGNED_V2 = new Set(
  (
    'accelerate acl analytics cors delete inventory lifecycle location logging metrics notification object-lock ' +
    'partNumber policy replication requestPayment restore select select-type storageClass tagging torrent uploadId ' +
    'uploads versionId versioning versions website response-cache-control response-content-disposition ' +
    'response-content-encoding response-content-language response-content-type response-expires'
  ).split(' '),
);

/**
 * Query parameters that choose an operation of S3 and that Version 2 does not sign: with one of them, another operation
 * would run than the one that was signed. A test compares the list with S3's model.
 */
export const UNSIGNED_IN_V2 = new Set(
  (
    'abac annotation attributes encryption intelligent-tiering legal-hold metadataAnnotationTable ' +
    'metadataConfiguration metadataInventoryTable metadataJournalTable metadataTable ownershipControls policyStatus ' +
    'publicAccessBlock renameObject retention session'
  ).split(' '),
);

/** Whether Version 2 signs a query parameter. */
export const isSignedInV2 = (name: string): boolean => SIGNED_V2.has(name);

/** The signature of Version 2 that a request should carry. Source: AmazonS3/latest/userguide/RESTAuthentication.html */
export function computeV2(
  secret: string,
  { method, path, query, headers }: WireRequest,
  { expires }: SignatureV2,
): { signature: string; stringToSign: string } {
  const amz = new Map<string, string>();
  // A presigned URL carries in its query the headers it was signed with.
  for (const [name, value] of query) if (/^x-amz-/i.test(name)) amz.set(name.toLowerCase(), value);
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith('x-amz-') && value !== undefined) amz.set(name, value.trim());
  }
  const date = expires ?? (amz.has('x-amz-date') ? '' : (headers['date'] ?? ''));
  const parameters = [...query]
    .filter(([name]) => SIGNED_V2.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`));
  const stringToSign = [
    method,
    headers['content-md5'] ?? '',
    headers['content-type'] ?? '',
    date,
    ...[...amz].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `${name}:${value}`),
    `${path}${parameters.length === 0 ? '' : `?${parameters.join('&')}`}`,
  ].join('\n');
  return { signature: createHmac('sha1', secret).update(stringToSign).digest('base64'), stringToSign };
}

/** Bytes as S3 shows them in errors: `41 57 53 34`. */
export const inHex = (text: string): string =>
  Buffer.from(text)
    .toString('hex')
    .replace(/..(?!$)/g, '$& ');
