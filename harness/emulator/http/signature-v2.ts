/**
 * Verification of AWS Signature Version 2 in a query or a header, which S3 alone still takes and boto3 still puts
 * into presigned URLs for us-east-1.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTAuthentication.html
 */
import { createHmac } from 'node:crypto';
import { AwsError } from '../../core/errors.ts';
import { sameText, unknownAccessKey } from './signature-v4.ts';
import { readV2 } from './signer-v2.ts';
import type { WireRequest } from './wire.ts';

const MAX_SKEW_MS = 15 * 60 * 1000;

/** Query parameters that are part of what is signed. */
const SIGNED_PARAMETERS = new Set(
  (
    'accelerate acl analytics cors delete inventory lifecycle location logging metrics notification object-lock ' +
    'partNumber policy replication requestPayment restore select select-type storageClass tagging torrent uploadId ' +
    'uploads versionId versioning versions website response-cache-control response-content-disposition ' +
    'response-content-encoding response-content-language response-content-type response-expires'
  ).split(' '),
);

/** Refuses a presigned request whose time is over. @throws AwsError AccessDenied */
export function assertNotExpiredV2({ headers, query }: WireRequest, nowMs: number): void {
  const expires = readV2(headers, query)?.expires;
  if (expires === undefined) return;
  const expiresMs = Number(expires) * 1000;
  if (!Number.isFinite(expiresMs)) {
    throw new AwsError('AccessDenied', `Invalid date (should be seconds since epoch): ${expires}`, 403);
  }
  if (nowMs <= expiresMs) return;
  throw new AwsError('AccessDenied', 'Request has expired', 403, {
    details: { Expires: new Date(expiresMs).toISOString(), ServerTime: new Date(nowMs).toISOString() },
  });
}

/** @throws AwsError AccessDenied, InvalidAccessKeyId, RequestTimeTooSkewed, SignatureDoesNotMatch */
export function verifySignatureV2(
  request: WireRequest,
  secretOf: (accessKeyId: string) => string | undefined,
  nowMs: number,
): void {
  const found = readV2(request.headers, request.query);
  if (!found) throw new AwsError('AccessDenied', 'Access Denied', 403);
  const { accessKeyId, signature, expires } = found;
  const secret = secretOf(accessKeyId);
  if (secret === undefined) {
    throw unknownAccessKey(accessKeyId);
  }
  const { headers } = request;
  const signedMs = Date.parse(headers['x-amz-date'] ?? headers['date'] ?? '');
  if (expires === undefined && !(Math.abs(signedMs - nowMs) <= MAX_SKEW_MS)) {
    throw new AwsError(
      'RequestTimeTooSkewed',
      'The difference between the request time and the current time is too large.',
      403,
    );
  }
  const text = stringToSign(request, expires);
  if (sameText(createHmac('sha1', secret).update(text).digest('base64'), signature)) return;
  throw new AwsError(
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    403,
    { details: { AWSAccessKeyId: accessKeyId, StringToSign: text, SignatureProvided: signature } },
  );
}

function stringToSign({ method, path, query, headers }: WireRequest, expires: string | undefined): string {
  const amz = new Map<string, string>();
  // A presigned URL carries in its query the headers it was signed with.
  for (const [name, value] of query) if (/^x-amz-/i.test(name)) amz.set(name.toLowerCase(), value);
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith('x-amz-') && value !== undefined) amz.set(name, value.trim());
  }
  const date = expires ?? (amz.has('x-amz-date') ? '' : (headers['date'] ?? ''));
  const parameters = [...query]
    .filter(([name]) => SIGNED_PARAMETERS.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`));
  return [
    method,
    headers['content-md5'] ?? '',
    headers['content-type'] ?? '',
    date,
    ...[...amz].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `${name}:${value}`),
    `${path}${parameters.length === 0 ? '' : `?${parameters.join('&')}`}`,
  ].join('\n');
}
