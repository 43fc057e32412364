/**
 * A token bucket on a clock: `perSecond` tokens flow in, up to `size`. Work that may be put off takes tokens on
 * credit and is told how long to wait; calls that AWS refuses are asked first.
 */
import type { Clock } from '../../../core/clock.ts';

export class TokenBucket {
  readonly #clock: Clock;
  readonly #perSecond: number;
  readonly #size: number;
  #tokens: number;
  #atMs: number;

  constructor(clock: Clock, perSecond: number, size: number) {
    this.#clock = clock;
    this.#perSecond = perSecond;
    this.#size = size;
    this.#tokens = size;
    this.#atMs = clock.monotonicMs();
  }

  /** Takes `count` tokens, on credit if need be. */
  take(count: number): void {
    if (this.#perSecond === Number.POSITIVE_INFINITY) return;
    this.#refill();
    this.#tokens -= count;
  }

  /** Takes one token if there is one; false when the caller has to be turned away. */
  tryTake(): boolean {
    if (this.#perSecond === Number.POSITIVE_INFINITY) return true;
    this.#refill();
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }

  /** Milliseconds until a token is to be had; 0 when there is one. */
  waitMs(): number {
    if (this.#perSecond === Number.POSITIVE_INFINITY) return 0;
    this.#refill();
    return this.#tokens >= 1 ? 0 : Math.ceil(((1 - this.#tokens) / this.#perSecond) * 1_000);
  }

  /** Whole tokens that are to be had now. */
  available(): number {
    if (this.#perSecond === Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY;
    this.#refill();
    return Math.max(0, Math.floor(this.#tokens));
  }

  #refill(): void {
    const nowMs = this.#clock.monotonicMs();
    this.#tokens = Math.min(this.#size, this.#tokens + ((nowMs - this.#atMs) / 1_000) * this.#perSecond);
    this.#atMs = nowMs;
  }
}
