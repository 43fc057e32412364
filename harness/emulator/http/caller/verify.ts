/**
 * Verifies the signature of a request against the secret of the access key it names.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html
 */
import { AwsError } from '../../../core/errors.ts';
import type { WireRequest } from '../wire.ts';
import { computeV2, computeV4, inHex, sameText, scopeOf, sha256Hex, UNSIGNED_IN_V2 } from './canonical.ts';
import type { RefusalStyle, Refusals } from './refusals.ts';
import {
  formatAmzDate,
  parseAmzDate,
  type SignatureV2,
  type SignatureV4,
  type VerifiedSignature,
} from './signature.ts';

const MINUTE_MS = 60_000;
/** A signature in a header is good for so long after its date, on S3 also before it. */
const EARLIER_MINUTES = 15;
/** Minutes that the clock of a client of other services may be ahead. */
const LATER_MINUTES = 5;
const MAX_EXPIRES_SECONDS = 7 * 24 * 3600;

export interface VerificationInput {
  request: WireRequest;
  secret: string;
  style: RefusalStyle;
  refusals: Refusals;
  nowMs: number;
  /** The whole body; undefined where it is streamed: its digest is the one that the request names. */
  body: Uint8Array | undefined;
}

/** @throws AwsError of `refusals` */
export function verifyV4(found: SignatureV4, input: VerificationInput): VerifiedSignature {
  const { request, secret, refusals, style } = input;
  assertDateOfScope(found, input);
  if (style.kind !== 's3') assertTime(found, input);
  else if (!found.isPresigned) assertNotSkewed(parseAmzDate(found.date), input);
  if (!found.signedHeaders.includes('host')) throw refusals.mismatch({});
  if (found.signedHeaders.some((name) => request.headers[name] === undefined)) throw refusals.mismatch({});
  const computed = computeV4(secret, request, found, payloadHashOf(input));
  if (!sameText(computed.signature, found.signature)) {
    throw refusals.mismatch(
      mismatchDetails(found, computed.stringToSign, {
        CanonicalRequest: computed.canonicalRequest,
        CanonicalRequestBytes: inHex(computed.canonicalRequest),
      }),
    );
  }
  if (style.kind === 's3' && !found.isPresigned) assertAllSigned(found, request);
  return {
    signature: found.signature,
    signingKey: computed.signingKey,
    scope: scopeOf(found),
    date: found.date,
  };
}

/** S3 alone still takes Version 2. @throws AwsError */
export function verifyV2(found: SignatureV2, input: VerificationInput): void {
  const { request, secret, refusals } = input;
  const { headers } = request;
  if (!found.isPresigned) {
    const date = headers['x-amz-date'] ?? headers['date'] ?? '';
    assertNotSkewed(parseAmzDate(date) ?? Date.parse(date), input);
  }
  for (const name of request.query.keys()) if (UNSIGNED_IN_V2.has(name)) throw refusals.mismatch({});
  const { signature, stringToSign } = computeV2(secret, request, found);
  if (!sameText(signature, found.signature))
    throw refusals.mismatch(mismatchDetails(found, stringToSign, {}));
}

/**
 * Refuses a presigned request of S3 whose time is over or not come, or that carries headers its signature does not
 * cover; needs no key.
 * @throws AwsError AccessDenied, AuthorizationQueryParametersError
 */
export function assertPresignedInForce(
  found: SignatureV4 | SignatureV2,
  request: Pick<WireRequest, 'query' | 'headers'>,
  nowMs: number,
): void {
  if (!found.isPresigned) return;
  const { query } = request;
  if (found.kind === 'v2') {
    const expiresMs = Number(found.expires) * 1000;
    if (!Number.isFinite(expiresMs)) {
      throw denied(`Invalid date (should be seconds since epoch): ${found.expires}`);
    }
    if (nowMs > expiresMs) throw denied('Request has expired', expiryDetails(expiresMs, nowMs));
    return;
  }
  const signedMs = parseAmzDate(found.date);
  if (signedMs === undefined) {
    throw queryError("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");
  }
  if (!query.has('X-Amz-Expires')) {
    throw queryError(
      'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
    );
  }
  const seconds = Number(query.get('X-Amz-Expires'));
  if (!Number.isInteger(seconds)) throw queryError('X-Amz-Expires should be a number');
  if (seconds < 0) throw queryError('X-Amz-Expires must be non-negative');
  if (seconds > MAX_EXPIRES_SECONDS) {
    throw queryError(
      'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds',
    );
  }
  if (signedMs > nowMs + EARLIER_MINUTES * MINUTE_MS) throw denied('Request is not valid yet');
  const expiresMs = signedMs + seconds * 1000;
  if (nowMs > expiresMs) {
    throw denied('Request has expired', { 'X-Amz-Expires': seconds, ...expiryDetails(expiresMs, nowMs) });
  }
  assertAllSigned(found, request);
}

const expiryDetails = (expiresMs: number, nowMs: number) => ({
  Expires: new Date(expiresMs).toISOString(),
  ServerTime: new Date(nowMs).toISOString(),
});

const denied = (message: string, details: Record<string, string | number> = {}) =>
  new AwsError('AccessDenied', message, 403, { details });

const queryError = (message: string) => new AwsError('AuthorizationQueryParametersError', message);

/** The scope of a credential is of the day of the request. */
function assertDateOfScope(found: SignatureV4, { style, refusals }: VerificationInput): void {
  const day = found.date.slice(0, 8);
  if (parseAmzDate(found.date) === undefined) {
    if (style.kind === 's3') throw denied('AWS authentication requires a valid Date or x-amz-date header');
    throw refusals.unreadable({ kind: 'unreadable', reason: 'header', missing: ['X-Amz-Date'] });
  }
  if (day === found.scopeDate) return;
  if (style.kind !== 's3') {
    throw refusals.wrongTime(
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${found.scopeDate}' != '${day}', from '${found.date}'.`,
    );
  }
  const text = `Invalid credential date "${found.scopeDate}". This date is not the same as X-Amz-Date: "${day}".`;
  throw found.isPresigned
    ? queryError(text)
    : new AwsError('AuthorizationHeaderMalformed', `The authorization header is malformed; ${text}`);
}

function assertNotSkewed(signedMs: number | undefined, { nowMs, refusals }: VerificationInput): void {
  if (signedMs !== undefined && Math.abs(signedMs - nowMs) <= EARLIER_MINUTES * MINUTE_MS) return;
  throw refusals.wrongTime('The difference between the request time and the current time is too large.');
}

/** What is wrong with the time of a signature of other services, in AWS's words. */
function assertTime(found: SignatureV4, { request, nowMs, refusals }: VerificationInput): void {
  const signedMs = parseAmzDate(found.date)!;
  const lifetimeMs = found.isPresigned
    ? Number(request.query.get('X-Amz-Expires') ?? EARLIER_MINUTES * 60) * 1000
    : EARLIER_MINUTES * MINUTE_MS;
  const now = formatAmzDate(nowMs);
  if (signedMs + lifetimeMs < nowMs) {
    const because = found.isPresigned ? '' : ` (${now} - ${EARLIER_MINUTES} min.)`;
    throw refusals.wrongTime(
      `Signature expired: ${found.date} is now earlier than ${formatAmzDate(nowMs - lifetimeMs)}${because}`,
    );
  }
  if (signedMs > nowMs + LATER_MINUTES * MINUTE_MS) {
    const limit = formatAmzDate(nowMs + LATER_MINUTES * MINUTE_MS);
    throw refusals.wrongTime(
      `Signature not yet current: ${found.date} is still later than ${limit} (${now} + ${LATER_MINUTES} min.)`,
    );
  }
}

/** S3 trusts no header of its own that the signature does not cover: another could have added it. */
function assertAllSigned(
  { signedHeaders, isPresigned }: SignatureV4,
  { headers }: Pick<WireRequest, 'headers'>,
): void {
  const unsigned = Object.keys(headers).filter(
    (name) =>
      name.startsWith('x-amz-') && !signedHeaders.includes(name) && !(isPresigned && UNSIGNED_OK.has(name)),
  );
  if (unsigned.length === 0) return;
  throw denied('There were headers present in the request which were not signed', {
    HeadersNotSigned: unsigned.join(', '),
  });
}

/** Headers that clients add to a presigned request by themselves, and that change nothing of it. */
const UNSIGNED_OK = new Set(['x-amz-content-sha256', 'x-amz-user-agent']);

function payloadHashOf({ request, body }: VerificationInput): string {
  if (body !== undefined) return sha256Hex(body);
  return (
    request.headers['x-amz-content-sha256'] ?? request.query.get('X-Amz-Content-Sha256') ?? 'UNSIGNED-PAYLOAD'
  );
}

const mismatchDetails = (
  { accessKeyId, signature }: { accessKeyId: string; signature: string },
  stringToSign: string,
  more: Record<string, string>,
): Record<string, string> => ({
  AWSAccessKeyId: accessKeyId,
  StringToSign: stringToSign,
  SignatureProvided: signature,
  StringToSignBytes: inHex(stringToSign),
  ...more,
});
