/** What every request passes before its operation is looked for: signature, expiry, and what is not served. */
import type { Clock } from '../../../core/clock.ts';
import { AwsError } from '../../../core/errors.ts';
import { assertNotExpiredV2, verifySignatureV2 } from '../../http/signature-v2.ts';
import {
  assertNotExpired,
  ChunkSignatures,
  unknownAccessKey,
  type VerifiedSignature,
  verifySignature,
} from '../../http/signature-v4.ts';
import { signerV2 } from '../../http/signer-v2.ts';
import type { WireRequest } from '../../http/wire.ts';
import type { ChunkObserver } from './body/aws-chunked-decoder.ts';
import { invalidRequest } from './errors.ts';
import { assertRegion } from './region-gate.ts';

/**
 * Query parameters that make a request another operation, one that is not served: without this list, a request
 * for them would be taken for GetObject or ListObjects.
 */
const NOT_SERVED = [
  'abac',
  'annotation',
  'metadataAnnotationTable',
  'metadataConfiguration',
  'metadataInventoryTable',
  'metadataJournalTable',
  'metadataTable',
  'renameObject',
  'select',
  'session',
  'torrent',
];
/** Those that are served for a bucket and not for an object. */
const NOT_SERVED_OF_OBJECTS = ['encryption'];
const OBJECT_PATH = /^\/[^/]+\/./;

/**
 * Temporary credentials are whole with their token alone.
 * @param expected the token that belongs to the access key, if one does
 * @throws AwsError InvalidAccessKeyId, InvalidToken
 */
function assertToken({ headers, query, caller }: WireRequest, expected: string | undefined): void {
  const name = 'x-amz-security-token';
  const given = headers[name] ?? query.get('X-Amz-Security-Token') ?? query.get(name) ?? undefined;
  if (given === expected) return;
  if (given === undefined) {
    throw unknownAccessKey(caller.accessKeyId);
  }
  throw new AwsError('InvalidToken', 'The provided token is malformed or otherwise invalid.', 400, {
    details: { 'Token-0': given },
  });
}

/** The account a client believes the bucket to be of. */
const OWNER_HEADERS = ['x-amz-expected-bucket-owner', 'x-amz-source-expected-bucket-owner'];

export class Admission {
  readonly #clock: Clock;
  readonly #accountId: string;
  readonly #secretOf: ((accessKeyId: string) => string | undefined) | undefined;
  readonly #tokenOf: ((accessKeyId: string) => string | undefined) | undefined;
  readonly #judgesAnonymous: boolean;
  readonly #homeOf: (bucket: string) => string | undefined;
  readonly #verified = new WeakMap<WireRequest, VerifiedSignature>();

  constructor(
    env: { clock: Clock; accountId: string },
    secretOf: ((accessKeyId: string) => string | undefined) | undefined,
    judgesAnonymous = false,
    homeOf: (bucket: string) => string | undefined = () => undefined,
    tokenOf?: (accessKeyId: string) => string | undefined,
  ) {
    this.#tokenOf = tokenOf;
    this.#homeOf = homeOf;
    this.#judgesAnonymous = judgesAnonymous;
    this.#clock = env.clock;
    this.#accountId = env.accountId;
    this.#secretOf = secretOf;
  }

  /**
   * The request as operations see it: what a presigned query says of headers is among the headers.
   * @throws AwsError AccessDenied, SignatureDoesNotMatch, NotImplemented ...
   */
  admit(sent: WireRequest): WireRequest {
    // Browsers ask before they may send a signature; forms carry theirs in a field.
    if (sent.method === 'OPTIONS' || isForm(sent)) return sent;
    const nowMs = this.#clock.nowMs();
    assertNotExpired(sent, nowMs);
    assertNotExpiredV2(sent, nowMs);
    assertRegion(sent, this.#homeOf, this.#secretOf !== undefined);
    const request = withHoistedHeaders(sent);
    const { query } = request;
    // Anonymous requests are the policies' to judge; where nobody asks those, an unsigned request is refused.
    if (this.#secretOf && !(this.#judgesAnonymous && isAnonymous(sent))) {
      if (signerV2(sent) !== undefined) verifySignatureV2(sent, this.#secretOf, nowMs);
      else this.#verified.set(request, verifySignature(sent, this.#secretOf, nowMs));
      assertToken(sent, this.#tokenOf?.(sent.caller.accessKeyId));
    }
    assertSigned(request);
    for (const name of OWNER_HEADERS) {
      const owner = request.headers[name];
      if (owner !== undefined && !/^\w{12}$/.test(owner)) {
        throw new AwsError(
          'InvalidBucketOwnerAWSAccountID',
          `The value of the expected bucket owner parameter must be an AWS Account ID... [${owner}]`,
        );
      }
      if (owner !== undefined && owner !== this.#accountId)
        throw new AwsError('AccessDenied', 'Access Denied', 403);
    }
    if (query.size === 0) return request;
    const notServed = OBJECT_PATH.test(request.path) ? [...NOT_SERVED, ...NOT_SERVED_OF_OBJECTS] : NOT_SERVED;
    const name = notServed.find((parameter) => query.has(parameter));
    if (name === undefined) return request;
    throw new AwsError(
      'NotImplemented',
      'A header you provided implies functionality that is not implemented',
      501,
      {
        details: { Header: name },
      },
    );
  }

  /** The verifier of the request's chunks, where signatures are verified and the chunks are signed. */
  observeChunks(request: WireRequest): ChunkObserver | undefined {
    const seed = this.#verified.get(request);
    const signed = request.headers['x-amz-content-sha256']?.startsWith('STREAMING-AWS4-HMAC-SHA256-PAYLOAD');
    return seed && signed ? new ChunkSignatures(seed) : undefined;
  }
}

/** A browser's upload: its signature lies in the body. */
const isForm = ({ method, headers }: WireRequest): boolean =>
  method === 'POST' && (headers['content-type'] ?? '').toLowerCase().startsWith('multipart/form-data');

const isAnonymous = ({ caller }: WireRequest): boolean => caller.accessKeyId === 'anonymous';

/** Presigned queries name the value of a header that was signed; these speak of the signature itself. */
const OF_SIGNATURE =
  /^x-amz-(?:algorithm|credential|date|expires|signedheaders|signature|security-token|content-sha256|checksum-(?:crc32|crc32c|crc64nvme|sha1|sha256)|sdk-checksum-algorithm)$/;

/**
 * The SDKs put headers into the query of a presigned URL (`x-amz-meta-author=...`), and S3 takes them for headers.
 * A checksum there is of the empty body the URL was signed with, and not looked at.
 */
function withHoistedHeaders(request: WireRequest): WireRequest {
  if (!request.query.has('X-Amz-Signature') && !request.query.has('Signature')) return request;
  const hoisted: { [name: string]: string } = {};
  for (const [parameter, value] of request.query) {
    const name = parameter.toLowerCase();
    if (name.startsWith('x-amz-') && !OF_SIGNATURE.test(name) && request.headers[name] === undefined) {
      hoisted[name] = value;
    }
  }
  return Object.keys(hoisted).length === 0
    ? request
    : { ...request, headers: { ...request.headers, ...hoisted } };
}

/** Only who has signed may choose the headers of an answer. */
function assertSigned(request: WireRequest): void {
  if (request.query.size === 0 || !isAnonymous(request)) return;
  if (request.headers['authorization'] !== undefined || request.query.has('Signature')) return;
  for (const name of request.query.keys()) {
    if (!/^response-(?:cache-control|content-\w+|expires)$/.test(name)) continue;
    throw invalidRequest('Request specific response headers cannot be used for anonymous GET requests.');
  }
}
