/**
 * Links to deployment packages (`Code.Location`, `Content.Location`). As AWS's presigned links they carry their own
 * permission, name one package and expire.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { AwsError } from '../../../../core/errors.ts';

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html: "valid for 10 minutes". */
const LIFETIME_SECONDS = 600;

export class ArchiveLinks {
  /** Links end with the process. */
  readonly #secret = randomBytes(32);
  readonly #endpoint: () => string;
  readonly #nowMs: () => number;

  /** @param nowMs time of the wall, whatever time functions live in */
  constructor(place: { endpoint(): string; nowMs(): number }) {
    this.#endpoint = place.endpoint;
    this.#nowMs = place.nowMs;
  }

  /** @param sha256 of the package, base64 */
  linkTo(sha256: string): string {
    const digest = Buffer.from(sha256, 'base64').toString('hex');
    const expires = Math.ceil(this.#nowMs() / 1000) + LIFETIME_SECONDS;
    const query = `Expires=${expires}&Signature=${this.#sign(digest, String(expires)).toString('hex')}`;
    return `${this.#endpoint()}/2015-03-31/functions/${digest}/code-archive?${query}`;
  }

  /**
   * @returns the package's SHA-256, base64
   * @throws AwsError AccessDeniedException for a link that this process did not give, or that has expired
   */
  open(digest: string, query: URLSearchParams): string {
    const expires = query.get('Expires') ?? '';
    const given = Buffer.from(query.get('Signature') ?? '', 'hex');
    const expected = this.#sign(digest, expires);
    if (given.length !== expected.length || !timingSafeEqual(given, expected))
      throw new AwsError('AccessDeniedException', 'Access Denied', 403);
    if (Number(expires) * 1000 < this.#nowMs())
      throw new AwsError('AccessDeniedException', 'Request has expired', 403);
    return Buffer.from(digest, 'hex').toString('base64');
  }

  #sign(digest: string, expires: string): Buffer {
    return createHmac('sha256', this.#secret).update(`${digest}\n${expires}`).digest();
  }
}
