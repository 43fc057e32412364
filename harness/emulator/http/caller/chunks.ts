/**
 * Signatures of the chunks of a streamed body: each covers its bytes and the signature before it.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 */
import { createHash } from 'node:crypto';
import { hmacSha256, sameText, sha256Hex } from './canonical.ts';
import { refusalsOf } from './refusals.ts';
import { ALGORITHM_V4, type VerifiedSignature } from './signature.ts';

export class ChunkSignatures {
  readonly #seed: VerifiedSignature;
  #previous: string;
  #expected: string | undefined;
  #hash = createHash('sha256');

  /** @param seed the verified signature of the request */
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
      `${ALGORITHM_V4}-PAYLOAD`,
      date,
      scope,
      this.#previous,
      sha256Hex(''),
      this.#hash.digest('hex'),
    ].join('\n');
    const computed = hmacSha256(signingKey, text).toString('hex');
    if (this.#expected === undefined || !sameText(computed, this.#expected)) {
      throw refusalsOf({ kind: 's3' }).mismatch({});
    }
    this.#previous = computed;
  }
}
