/**
 * Who signed a request of S3: V4 and V2 in headers and queries, chunks of a body, and the forms of browsers, whose
 * signature is of the policy as it stands in the form.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-authentication-HTTPPOST.html, and for version 2
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/HTTPPOSTExamples.html
 */

import { createHmac } from 'node:crypto';
import { AwsError } from '../../../core/errors.ts';
import { assertNotExpiredV2, verifySignatureV2 } from '../../http/signature-v2.ts';
import {
  assertNotExpired,
  ChunkSignatures,
  readSignature,
  sameText,
  signingKey,
  unknownAccessKey,
  type VerifiedSignature,
  verifySignature,
} from '../../http/signature-v4.ts';
import { signerV2 } from '../../http/signer-v2.ts';
import type { WireRequest } from '../../http/wire.ts';
import type { ChunkObserver } from './body/aws-chunked-decoder.ts';
import type { FormFields } from './context.ts';
import { missingFormField } from './errors.ts';

export interface SignatureKeys {
  /** The secret of an access key id; undefined when there is no such key. */
  secretOf(accessKeyId: string): string | undefined;
  /** The session token that belongs to an access key; undefined for keys of users. */
  tokenOf?: ((accessKeyId: string) => string | undefined) | undefined;
  /** Unsigned requests are for the policies to judge; without policies they are refused. */
  admitsAnonymous: boolean;
}

/** Verifies signatures where `keys` are given; without them, only what needs no key is checked. */
export class S3Signatures {
  readonly #keys: SignatureKeys | undefined;
  readonly #verified = new WeakMap<WireRequest['body'], VerifiedSignature>();

  constructor(keys?: SignatureKeys) {
    this.#keys = keys;
  }

  get isVerifying(): boolean {
    return this.#keys !== undefined;
  }

  /** Refuses a presigned request whose time is over, or whose signature leaves out `x-amz-` headers. @throws AwsError */
  assertPresigned(request: WireRequest, nowMs: number): void {
    assertNotExpired(request, nowMs);
    assertNotExpiredV2(request, nowMs);
    if (request.query.has('X-Amz-Signature')) assertHeadersSigned(request);
  }

  /** @throws AwsError AccessDenied, InvalidAccessKeyId, SignatureDoesNotMatch, RequestTimeTooSkewed, InvalidToken ... */
  verify(request: WireRequest, nowMs: number): void {
    if (!this.#keys) return;
    const { secretOf, tokenOf, admitsAnonymous } = this.#keys;
    if (admitsAnonymous && request.caller.accessKeyId === 'anonymous') return;
    if (signerV2(request) !== undefined) verifySignatureV2(request, secretOf, nowMs);
    else {
      this.#verified.set(request.body, verifySignature(request, secretOf, nowMs));
      assertHeadersSigned(request);
    }
    assertToken(request, tokenOf?.(request.caller.accessKeyId));
  }

  /** The verifier of the request's chunks, where signatures are verified and the chunks are signed. */
  observeChunks(request: WireRequest): ChunkObserver | undefined {
    const seed = this.#verified.get(request.body);
    const isSigned = request.headers['x-amz-content-sha256']?.startsWith(
      'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
    );
    return seed && isSigned ? new ChunkSignatures(seed) : undefined;
  }

  /**
   * The access key that signed a form; undefined for a form without a policy, which anyone may send.
   * @throws AwsError AccessDenied, InvalidArgument, InvalidAccessKeyId, SignatureDoesNotMatch
   */
  signerOfForm(fields: FormFields): string | undefined {
    const policy = fields.get('policy')?.value;
    if (policy === undefined || policy === '') return undefined;
    const isV4 = hasAllOrNone(fields, VERSION_4);
    if (!isV4 && !hasAllOrNone(fields, VERSION_2)) throw new AwsError('AccessDenied', 'Access Denied', 403);
    const credential = fields.get('x-amz-credential')?.value ?? '';
    const accessKeyId = isV4 ? credential.split('/')[0]! : fields.get('awsaccesskeyid')!.value;
    const signature = fields.get(isV4 ? 'x-amz-signature' : 'signature')!.value;
    if (!this.#keys) {
      // No key is known, but a policy that cannot be read was not signed as it stands.
      if (!isJson(policy)) throw formMismatch(accessKeyId, policy, signature);
      return accessKeyId;
    }
    const secret = this.#keys.secretOf(accessKeyId);
    if (secret === undefined) throw unknownAccessKey(accessKeyId);
    const expected = isV4
      ? createHmac('sha256', signingKey(secret, credential.split('/').slice(1).join('/')))
          .update(policy)
          .digest('hex')
      : createHmac('sha1', secret).update(policy).digest('base64');
    if (!sameText(expected, signature)) throw formMismatch(accessKeyId, policy, signature);
    return accessKeyId;
  }
}

/**
 * Every `x-amz-` header must be covered by the signature: an unsigned one (`x-amz-copy-source`) makes the request
 * another than the one that was signed. Recorded: GetObject, PutObject by presigned URLs (B3 of the recorded kinds).
 * @throws AwsError AccessDenied
 */
function assertHeadersSigned(request: WireRequest): void {
  const signed = new Set(readSignature(request)?.signedHeaders.map((name) => name.toLowerCase()));
  const unsigned = Object.keys(request.headers).filter(
    (name) => name.startsWith('x-amz-') && name !== 'x-amz-content-sha256' && !signed.has(name),
  );
  if (unsigned.length === 0) return;
  throw new AwsError('AccessDenied', 'There were headers present in the request which were not signed', 403, {
    details: { HeadersNotSigned: unsigned.join(', ') },
  });
}

/**
 * Temporary credentials are whole with their token alone.
 * @param expected the token that belongs to the access key, if one does
 * @throws AwsError InvalidAccessKeyId, InvalidToken
 */
function assertToken({ headers, query, caller }: WireRequest, expected: string | undefined): void {
  const name = 'x-amz-security-token';
  const given = headers[name] ?? query.get('X-Amz-Security-Token') ?? query.get(name) ?? undefined;
  if (given === expected) return;
  if (given === undefined) throw unknownAccessKey(caller.accessKeyId);
  throw new AwsError('InvalidToken', 'The provided token is malformed or otherwise invalid.', 400, {
    details: { 'Token-0': given },
  });
}

/** Fields of a signature as errors name them; a form has all of one kind, or none. */
const VERSION_4 = ['X-Amz-Signature', 'X-Amz-Algorithm', 'X-Amz-Credential', 'X-Amz-Date'];
const VERSION_2 = ['Signature', 'AWSAccessKeyId'];

function hasAllOrNone(fields: FormFields, names: readonly string[]): boolean {
  if (!names.some((name) => fields.has(name.toLowerCase()))) return false;
  const missing = names.find((name) => !fields.has(name.toLowerCase()));
  if (missing !== undefined) throw missingFormField(missing);
  return true;
}

function isJson(base64: string): boolean {
  try {
    JSON.parse(Buffer.from(base64, 'base64').toString('utf8'));
    return true;
  } catch {
    return false;
  }
}

const formMismatch = (accessKeyId: string, policy: string, signature: string): AwsError =>
  new AwsError(
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    403,
    {
      details: {
        AWSAccessKeyId: accessKeyId,
        StringToSign: policy,
        SignatureProvided: signature,
        StringToSignBytes: [...Buffer.from(policy)]
          .map((byte) => byte.toString(16).padStart(2, '0'))
          .join(' '),
      },
    },
  );
