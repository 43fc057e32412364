/** What every request passes before its operation is looked for: signature, expiry, and what is not served. */
import type { Clock } from '../../../core/clock.ts';
import { AwsError } from '../../../core/errors.ts';
import {
  assertNotExpired,
  ChunkSignatures,
  type VerifiedSignature,
  verifySignature,
} from '../../http/signature-v4.ts';
import type { WireRequest } from '../../http/wire.ts';
import type { ChunkObserver } from './body/aws-chunked-decoder.ts';

/**
 * Query parameters that make a request another operation, one that is not served: without this list, a request
 * for them would be taken for GetObject or ListObjects.
 */
const NOT_SERVED = [
  'analytics',
  'intelligent-tiering',
  'inventory',
  'legal-hold',
  'metrics',
  'metadataTable',
  'metadataConfiguration',
  'policyStatus',
  'restore',
  'retention',
  'select',
  'session',
  'torrent',
];

/** The account a client believes the bucket to be of. */
const OWNER_HEADERS = ['x-amz-expected-bucket-owner', 'x-amz-source-expected-bucket-owner'];

export class Admission {
  readonly #clock: Clock;
  readonly #accountId: string;
  readonly #secretOf: ((accessKeyId: string) => string | undefined) | undefined;
  readonly #verified = new WeakMap<WireRequest, VerifiedSignature>();

  constructor(
    env: { clock: Clock; accountId: string },
    secretOf: ((accessKeyId: string) => string | undefined) | undefined,
  ) {
    this.#clock = env.clock;
    this.#accountId = env.accountId;
    this.#secretOf = secretOf;
  }

  /** @throws AwsError AccessDenied, SignatureDoesNotMatch, NotImplemented ... */
  admit(request: WireRequest): void {
    const { query } = request;
    const nowMs = this.#clock.nowMs();
    assertNotExpired(request, nowMs);
    if (this.#secretOf) this.#verified.set(request, verifySignature(request, this.#secretOf, nowMs));
    for (const name of OWNER_HEADERS) {
      const owner = request.headers[name];
      if (owner !== undefined && owner !== this.#accountId)
        throw new AwsError('AccessDenied', 'Access Denied', 403);
    }
    if (query.size === 0) return;
    const name = NOT_SERVED.find((parameter) => query.has(parameter));
    if (name === undefined) return;
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
