/**
 * Signatures of requests to services other than S3, whose codes and texts differ.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
 */
import { createHash } from 'node:crypto';
import { AwsError } from '../../core/errors.ts';
import { isSignedWith, parseAmzDate, readSignature, type Signature } from './signature-v4.ts';
import type { WireRequest } from './wire.ts';

const EARLIER_MINUTES = 15;
const LATER_MINUTES = 5;
const MINUTE_MS = 60_000;

/** What is known of an access key. */
export interface KnownKey {
  secretAccessKey: string;
  /** Of temporary credentials. */
  sessionToken?: string;
  /** Milliseconds since the epoch. */
  expirationMs?: number;
}

/** The codes of query services, and of those that speak JSON with `status`. */
export type RefusalStyle = { kind: 'query' } | { kind: 'json'; status: number };

type Reason = 'missing' | 'unknown' | 'mismatch' | 'expired' | 'incomplete';

const CODES: { readonly [reason in Reason]: { query: string; json: string } } = {
  missing: { query: 'MissingAuthenticationToken', json: 'MissingAuthenticationTokenException' },
  unknown: { query: 'InvalidClientTokenId', json: 'UnrecognizedClientException' },
  mismatch: { query: 'SignatureDoesNotMatch', json: 'InvalidSignatureException' },
  expired: { query: 'ExpiredToken', json: 'ExpiredTokenException' },
  incomplete: { query: 'IncompleteSignature', json: 'IncompleteSignatureException' },
};

/**
 * @param body the whole body of the request
 * @throws AwsError with the code of the service's style
 */
export function authenticate(
  request: WireRequest,
  body: Uint8Array,
  {
    keyOf,
    nowMs,
    style,
  }: { keyOf(accessKeyId: string): KnownKey | undefined; nowMs: number; style: RefusalStyle },
): void {
  const refusal = (reason: Reason, message: string): AwsError => {
    const code = style.kind === 'query' ? CODES[reason].query : CODES[reason].json;
    return new AwsError(code, message, style.kind === 'query' ? 403 : style.status);
  };
  const found = signatureOf(request);
  if (!found) throw refusal('missing', 'Request is missing Authentication Token');
  if (found === 'malformed') {
    throw refusal(
      'incomplete',
      'Authorization header requires Credential, SignedHeaders, Signature and a date.',
    );
  }
  const key = keyOf(found.accessKeyId);
  const token =
    request.headers['x-amz-security-token'] ?? request.query.get('X-Amz-Security-Token') ?? undefined;
  if (!key || key.sessionToken !== token) {
    throw refusal('unknown', 'The security token included in the request is invalid.');
  }
  if (key.expirationMs !== undefined && key.expirationMs <= nowMs) {
    throw refusal('expired', 'The security token included in the request is expired');
  }
  const late = timeProblem(found, request, nowMs);
  if (late !== undefined) throw refusal('mismatch', late);
  const payloadHash = createHash('sha256').update(body).digest('hex');
  if (isSignedWith(key.secretAccessKey, request, { ...found, payloadHash })) return;
  throw refusal(
    'mismatch',
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
  );
}

function signatureOf(request: WireRequest): Signature | 'malformed' | undefined {
  try {
    return readSignature(request);
  } catch {
    return 'malformed';
  }
}

/** What is wrong with the time of a signature, in AWS's words. */
function timeProblem(found: Signature, request: WireRequest, nowMs: number): string | undefined {
  const signedMs = parseAmzDate(found.date);
  const lifetimeMs = found.presigned
    ? Number(request.query.get('X-Amz-Expires') ?? 0) * 1000
    : EARLIER_MINUTES * MINUTE_MS;
  const now = amzDate(nowMs);
  if (signedMs + lifetimeMs < nowMs) {
    const because = found.presigned ? '' : ` (${now} - ${EARLIER_MINUTES} min.)`;
    return `Signature expired: ${found.date} is now earlier than ${amzDate(nowMs - lifetimeMs)}${because}`;
  }
  if (signedMs > nowMs + LATER_MINUTES * MINUTE_MS) {
    const limit = amzDate(nowMs + LATER_MINUTES * MINUTE_MS);
    return `Signature not yet current: ${found.date} is still later than ${limit} (${now} + ${LATER_MINUTES} min.)`;
  }
  return undefined;
}

const amzDate = (ms: number): string => new Date(ms).toISOString().replace(/[-:]|\.\d+/g, '');
