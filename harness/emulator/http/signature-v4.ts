/**
 * Verification of AWS Signature Version 4, in headers, in a presigned query, and of signed chunks. Requests are
 * verified only when asked for; a presigned URL that has expired is refused always.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html,
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { AwsError } from '../../core/errors.ts';
import { virtualBucket } from './route-service.ts';
import type { WireRequest } from './wire.ts';

const ALGORITHM = 'AWS4-HMAC-SHA256';
const MAX_SKEW_MS = 15 * 60 * 1000;
const MAX_EXPIRES_SECONDS = 7 * 24 * 3600;

const sha256 = (text: string | Uint8Array) => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

/** What a signature consists of, wherever it stood. */
export interface Signature {
  accessKeyId: string;
  /** `20260101/us-east-1/s3/aws4_request` */
  scope: string;
  signedHeaders: string[];
  signature: string;
  /** `20260101T000000Z` */
  date: string;
  presigned: boolean;
  payloadHash: string;
}

/** A verified request: what the signatures of its chunks are chained to. */
export interface VerifiedSignature {
  signature: string;
  signingKey: Buffer;
  scope: string;
  date: string;
}

export const unknownAccessKey = (accessKeyId: string): AwsError =>
  new AwsError(
    'InvalidAccessKeyId',
    'The AWS Access Key Id you provided does not exist in our records.',
    403,
    { details: { AWSAccessKeyId: accessKeyId } },
  );

/**
 * Checks the signature of a request.
 * @param secretOf the secret of an access key id; undefined when there is no such key
 * @throws AwsError AccessDenied, InvalidAccessKeyId, SignatureDoesNotMatch, RequestTimeTooSkewed, AuthorizationHeaderMalformed
 */
export function verifySignature(
  request: WireRequest,
  secretOf: (accessKeyId: string) => string | undefined,
  nowMs: number,
): VerifiedSignature {
  const found = readSignature(request);
  if (!found) throw new AwsError('AccessDenied', 'Access Denied', 403);
  const secret = secretOf(found.accessKeyId);
  if (secret === undefined) {
    throw unknownAccessKey(found.accessKeyId);
  }
  if (!found.presigned && Math.abs(parseAmzDate(found.date) - nowMs) > MAX_SKEW_MS) {
    throw new AwsError(
      'RequestTimeTooSkewed',
      'The difference between the request time and the current time is too large.',
      403,
    );
  }
  const canonical = canonicalRequest(request, found, s3Path(request));
  const stringToSign = [ALGORITHM, found.date, found.scope, sha256(canonical)].join('\n');
  const key = signingKey(secret, found.scope);
  const expected = hmac(key, stringToSign).toString('hex');
  if (!sameText(expected, found.signature)) throw doesNotMatch(found, stringToSign, canonical);
  return { signature: found.signature, signingKey: key, scope: found.scope, date: found.date };
}

const QUERY_PARAMETERS = [
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Signature',
  'X-Amz-Date',
  'X-Amz-SignedHeaders',
  'X-Amz-Expires',
];

/**
 * Checks what can be checked of a presigned request without a key.
 * @throws AwsError AuthorizationQueryParametersError; AccessDenied when its time is over
 */
export function assertNotExpired(request: WireRequest, nowMs: number): void {
  const { query } = request;
  if (!query.has('X-Amz-Signature') && !query.has('X-Amz-Algorithm')) return;
  const wrong = (message: string) => new AwsError('AuthorizationQueryParametersError', message);
  if (!QUERY_PARAMETERS.every((name) => query.get(name))) {
    throw wrong(
      'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
    );
  }
  const seconds = Number(query.get('X-Amz-Expires'));
  if (!Number.isInteger(seconds)) throw wrong('X-Amz-Expires should be a number');
  if (seconds < 0) throw wrong('X-Amz-Expires must be non-negative');
  if (seconds > MAX_EXPIRES_SECONDS) {
    throw wrong(
      'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds',
    );
  }
  const expiresMs = parseAmzDate(query.get('X-Amz-Date') ?? '') + seconds * 1000;
  if (nowMs <= expiresMs) return;
  throw new AwsError('AccessDenied', 'Request has expired', 403, {
    details: {
      'X-Amz-Expires': seconds,
      Expires: new Date(expiresMs).toISOString(),
      ServerTime: new Date(nowMs).toISOString(),
    },
  });
}

/** Verifies the chain of chunk signatures: each covers the chunk's bytes and the signature before it. */
export class ChunkSignatures {
  readonly #seed: VerifiedSignature;
  #previous: string;
  #expected: string | undefined;
  #hash = createHash('sha256');

  constructor(seed: VerifiedSignature) {
    this.#seed = seed;
    this.#previous = seed.signature;
  }

  onChunkStart(_sizeBytes: number, signature: string | undefined): void {
    this.#expected = signature;
    this.#hash = createHash('sha256');
  }

  onChunkData(bytes: Uint8Array): void {
    this.#hash.update(bytes);
  }

  /** @throws AwsError SignatureDoesNotMatch */
  onChunkEnd(): void {
    const { date, scope, signingKey } = this.#seed;
    const text = [
      `${ALGORITHM}-PAYLOAD`,
      date,
      scope,
      this.#previous,
      sha256(''),
      this.#hash.digest('hex'),
    ].join('\n');
    const computed = hmac(signingKey, text).toString('hex');
    if (this.#expected === undefined || !sameText(computed, this.#expected)) throw mismatch({});
    this.#previous = computed;
  }
}

/** The signature a request carries, if any. @throws AwsError AuthorizationHeaderMalformed */
export function readSignature(request: WireRequest): Signature | undefined {
  const { headers, query } = request;
  const header = headers['authorization'];
  if (header !== undefined) {
    const part = (name: string) => new RegExp(`${name}=([^,\\s]+)`).exec(header)?.[1];
    const credential = part('Credential');
    const signature = part('Signature');
    const signedHeaders = part('SignedHeaders');
    const date = headers['x-amz-date'];
    if (!header.startsWith(`${ALGORITHM} `) || !credential || !signature || !signedHeaders || !date) {
      throw new AwsError(
        'AuthorizationHeaderMalformed',
        'The authorization header that you provided is not valid.',
      );
    }
    return {
      ...splitCredential(credential),
      signedHeaders: signedHeaders.split(';'),
      signature,
      date,
      presigned: false,
      payloadHash: headers['x-amz-content-sha256'] ?? 'UNSIGNED-PAYLOAD',
    };
  }
  const signature = query.get('X-Amz-Signature');
  if (signature === null) return undefined;
  return {
    ...splitCredential(query.get('X-Amz-Credential') ?? ''),
    signedHeaders: (query.get('X-Amz-SignedHeaders') ?? 'host').split(';'),
    signature,
    date: query.get('X-Amz-Date') ?? '',
    presigned: true,
    payloadHash: headers['x-amz-content-sha256'] ?? query.get('X-Amz-Content-Sha256') ?? 'UNSIGNED-PAYLOAD',
  };
}

function splitCredential(credential: string): { accessKeyId: string; scope: string } {
  const slash = credential.indexOf('/');
  return { accessKeyId: credential.slice(0, slash), scope: credential.slice(slash + 1) };
}

/** S3's path: encoded once and never normalised. */
function s3Path(request: WireRequest): string {
  const bucket = virtualBucket(request.host);
  const path = bucket === undefined ? request.path : request.path.slice(bucket.length + 1);
  return path.split('/').map(reencode).join('/');
}

/** Whether a signature is that of the request under `secret`. All services but S3 encode the path once more. */
export function isSignedWith(secret: string, request: WireRequest, found: Signature): boolean {
  const path = request.path.split('/').map(encode).join('/');
  const canonical = canonicalRequest(request, found, path);
  const stringToSign = [ALGORITHM, found.date, found.scope, sha256(canonical)].join('\n');
  const expected = hmac(signingKey(secret, found.scope), stringToSign).toString('hex');
  return sameText(expected, found.signature);
}

function canonicalRequest(
  request: WireRequest,
  { signedHeaders, payloadHash }: Signature,
  path: string,
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
    path || '/',
    pairs.map(([name, value]) => `${name}=${value}`).join('&'),
    headers.join(''),
    signedHeaders.join(';'),
    payloadHash,
  ].join('\n');
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

/** The key a scope's signatures are made with. */
export function signingKey(secret: string, scope: string): Buffer {
  return scope.split('/').reduce<string | Buffer>((key, part) => hmac(key, part), `AWS4${secret}`) as Buffer;
}

/** `20260101T000000Z` in milliseconds since the epoch. @throws AwsError AccessDenied */
export function parseAmzDate(text: string): number {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (!match)
    throw new AwsError('AccessDenied', 'AWS authentication requires a valid Date or x-amz-date header', 403);
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** Compares in constant time. */
export function sameText(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}

const mismatch = (details: Record<string, string>): AwsError =>
  new AwsError(
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    403,
    { details },
  );

const doesNotMatch = (found: Signature, stringToSign: string, canonical: string): AwsError =>
  mismatch({
    AWSAccessKeyId: found.accessKeyId,
    StringToSign: stringToSign,
    SignatureProvided: found.signature,
    StringToSignBytes: inHex(stringToSign),
    CanonicalRequest: canonical,
    CanonicalRequestBytes: inHex(canonical),
  });

/** Bytes as S3 shows them: `41 57 53 34`. */
const inHex = (text: string): string =>
  Buffer.from(text)
    .toString('hex')
    .replace(/..(?!$)/g, '$& ');
