import { createHmac } from 'node:crypto';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import {
  computeV4,
  isSignedInV2,
  sha256Hex,
  UNSIGNED_IN_V2,
} from '../../../../harness/emulator/http/caller/canonical.ts';
import { type RefusalStyle, refusalsOf } from '../../../../harness/emulator/http/caller/refusals.ts';
import {
  formatAmzDate,
  readSignature,
  type SignatureV4,
} from '../../../../harness/emulator/http/caller/signature.ts';
import {
  assertPresignedInForce,
  verifyV2,
  verifyV4,
} from '../../../../harness/emulator/http/caller/verify.ts';
import type { WireRequest } from '../../../../harness/emulator/http/wire.ts';
import s3 from '../../../../harness/emulator/models/s3.json' with { type: 'json' };

const NOW_MS = Date.UTC(2026, 10, 30, 12);
const MINUTE_MS = 60_000;
const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const QUERY: RefusalStyle = { kind: 'query' };
const S3: RefusalStyle = { kind: 's3' };

interface Changes {
  /** Milliseconds by which the client's clock is ahead. */
  aheadMs?: number;
  scopeDate?: string;
  service?: string;
  signedHeaders?: string;
  /** Headers that are added after signing. */
  later?: Record<string, string>;
  body?: string;
  /** Body that is sent instead of the signed one. */
  sentBody?: string;
}

/** A request that a client signs in its headers, and what a server that got it then does. */
function verifySigned(style: RefusalStyle, changes: Changes = {}) {
  const date = formatAmzDate(NOW_MS + (changes.aheadMs ?? 0));
  const scopeDate = changes.scopeDate ?? date.slice(0, 8);
  const service = changes.service ?? (style.kind === 's3' ? 's3' : 'iam');
  const names = changes.signedHeaders ?? 'host;x-amz-date';
  const header = (signature: string) =>
    `AWS4-HMAC-SHA256 Credential=AKID/${scopeDate}/us-east-1/${service}/aws4_request, SignedHeaders=${names}, Signature=${signature}`;
  const request = (signature: string, more: Record<string, string> = {}): WireRequest => {
    const headers: Record<string, string> = {
      host: 'localhost',
      'x-amz-date': date,
      authorization: header(signature),
      ...more,
    };
    const query = new URLSearchParams();
    return {
      method: 'POST',
      path: '/',
      query,
      headers,
      body: Readable.from([]),
      host: 'localhost',
      requestId: 'r',
      caller: { accessKeyId: 'AKID', accountId: '000000000000', region: 'us-east-1', service },
      signature: readSignature({ headers, query }),
    };
  };
  const body = Buffer.from(changes.body ?? 'Action=ListUsers');
  const unsigned = request('0');
  const payload = style.kind === 's3' ? 'UNSIGNED-PAYLOAD' : undefined;
  const hash = payload ?? sha256Hex(body);
  const { signature } = computeV4(SECRET, unsigned, unsigned.signature as SignatureV4, hash);
  const sent = request(signature, changes.later);
  return verifyV4(sent.signature as SignatureV4, {
    request: sent,
    secret: SECRET,
    style,
    refusals: refusalsOf(style),
    nowMs: NOW_MS,
    body: style.kind === 's3' ? undefined : Buffer.from(changes.sentBody ?? body),
  });
}

describe('a signature in a header', () => {
  it.each([QUERY, S3])('is accepted as it was made ($kind)', (style) => {
    expect(verifySigned(style)).toMatchObject({ scope: expect.stringContaining('/us-east-1/') });
    expect(verifySigned(style, { aheadMs: -14 * MINUTE_MS })).toBeDefined();
  });

  it.each<[string, RefusalStyle, Changes, string, RegExp]>([
    [
      'another body',
      QUERY,
      { sentBody: 'Action=DeleteUser' },
      'SignatureDoesNotMatch',
      /calculated does not match/,
    ],
    [
      'a clock that is late',
      QUERY,
      { aheadMs: -16 * MINUTE_MS },
      'SignatureDoesNotMatch',
      /^Signature expired: /,
    ],
    [
      'a clock that is ahead',
      QUERY,
      { aheadMs: 6 * MINUTE_MS },
      'SignatureDoesNotMatch',
      /^Signature not yet current: /,
    ],
    [
      'a scope of another day',
      QUERY,
      { scopeDate: '20261129' },
      'SignatureDoesNotMatch',
      /^Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20261129' != '20261130', from '20261130T120000Z'\.$/,
    ],
    [
      'a header that is signed and not sent',
      QUERY,
      { signedHeaders: 'host;x-amz-date;x-amz-security-token' },
      'SignatureDoesNotMatch',
      /does not match/,
    ],
    [
      'a host that is not signed',
      QUERY,
      { signedHeaders: 'x-amz-date' },
      'SignatureDoesNotMatch',
      /does not match/,
    ],
    ['a clock that is late', S3, { aheadMs: -16 * MINUTE_MS }, 'RequestTimeTooSkewed', /too large/],
    ['a clock that is ahead', S3, { aheadMs: 16 * MINUTE_MS }, 'RequestTimeTooSkewed', /too large/],
    [
      'a scope of another day',
      S3,
      { scopeDate: '20261129' },
      'AuthorizationHeaderMalformed',
      /Invalid credential date "20261129"/,
    ],
    [
      'a header that is not signed',
      S3,
      { later: { 'x-amz-copy-source': '/secret/k' } },
      'AccessDenied',
      /^There were headers present in the request which were not signed$/,
    ],
  ])('is refused for %s (%o)', (_what, style, changes, code, message) => {
    expect(() => verifySigned(style, changes)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
  });
});

describe('a presigned request', () => {
  const check = (change: Record<string, string>, headers: Record<string, string> = {}) => {
    const query = new URLSearchParams({
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Credential': 'AKID/20261130/us-east-1/s3/aws4_request',
      'X-Amz-Date': formatAmzDate(NOW_MS),
      'X-Amz-Expires': '60',
      'X-Amz-SignedHeaders': 'host',
      'X-Amz-Signature': '0'.repeat(64),
      ...change,
    });
    const found = readSignature({ headers, query });
    if (found.kind !== 'v4') throw new Error(JSON.stringify(found));
    assertPresignedInForce(found, { query, headers }, NOW_MS);
  };

  it('is in force from its date for as long as it says', () => {
    expect(() => check({})).not.toThrow();
    expect(() => check({ 'X-Amz-Date': formatAmzDate(NOW_MS - 59_000) })).not.toThrow();
  });

  it.each([
    [{ 'X-Amz-Date': formatAmzDate(NOW_MS - 61_000) }, 'Request has expired'],
    [{ 'X-Amz-Date': formatAmzDate(NOW_MS + 16 * MINUTE_MS) }, 'Request is not valid yet'],
    [{ 'X-Amz-Expires': '604801' }, 'X-Amz-Expires must be less than a week'],
    [{ 'X-Amz-Expires': '-1' }, 'X-Amz-Expires must be non-negative'],
    [{ 'X-Amz-Expires': 'soon' }, 'X-Amz-Expires should be a number'],
  ])('with %o is refused: %s', (change, message) => {
    expect(() => check(change as unknown as Record<string, string>)).toThrow(message);
  });

  it('carries no header of S3 that it does not sign', () => {
    expect(() => check({}, { 'x-amz-acl': 'public-read' })).toThrow(
      'headers present in the request which were not signed',
    );
  });
});

it('Version 2 knows every query parameter that chooses an operation of S3', () => {
  const chosen = Object.values(s3.operations).flatMap(({ http: [, uri] }) =>
    (uri!.split('?')[1] ?? '').split('&').flatMap((part) => part.split('=')[0] || []),
  );
  // ListObjectsV2 needs the permission of ListObjects.
  const harmless = ['list-type'];
  const unknown = [...new Set(chosen)].filter(
    (name) => !isSignedInV2(name) && !UNSIGNED_IN_V2.has(name) && !harmless.includes(name),
  );
  expect(unknown).toEqual([]);
});

describe('a presigned request of Version 2', () => {
  const verify = (more: string) => {
    const expires = String(NOW_MS / 1000 + 300);
    const stringToSign = `DELETE\n\n\n${expires}\n/bucket`;
    const signature = createHmac('sha1', SECRET).update(stringToSign).digest('base64');
    const query = new URLSearchParams({ AWSAccessKeyId: 'AKID', Expires: expires, Signature: signature });
    if (more !== '') query.set(more, '');
    const found = readSignature({ headers: {}, query });
    if (found.kind !== 'v2') throw new Error(found.kind);
    const request: WireRequest = {
      method: 'DELETE',
      path: '/bucket',
      query,
      headers: {},
      body: Readable.from([]),
      host: 'localhost',
      requestId: 'r',
      caller: { accessKeyId: 'AKID', accountId: '000000000000', region: 'us-east-1', service: 's3' },
      signature: found,
    };
    const refusals = refusalsOf(S3);
    verifyV2(found, { request, secret: SECRET, style: S3, refusals, nowMs: NOW_MS, body: undefined });
  };

  it('runs the operation that was signed', () => {
    expect(() => verify('')).not.toThrow();
  });

  it.each(['policy', ...UNSIGNED_IN_V2])('runs no other: %s is refused', (name) => {
    expect(() => verify(name)).toThrow(expect.objectContaining({ code: 'SignatureDoesNotMatch' }));
  });
});
