/** A bucket that refills steadily; its size and rate may change from one call to the next. */
export class TokenBucket {
  #left: number | undefined;
  #seenMs = 0;

  /** Takes one token; false when there is none. A bucket begins full. */
  take(nowMs: number, { perSecond, capacity }: { perSecond: number; capacity: number }): boolean {
    if (capacity === Number.POSITIVE_INFINITY) return true;
    const refilled = (this.#left ?? capacity) + ((nowMs - this.#seenMs) / 1000) * perSecond;
    const left = this.#left === undefined ? capacity : Math.min(refilled, capacity);
    this.#seenMs = nowMs;
    this.#left = left >= 1 ? left - 1 : left;
    return left >= 1;
  }
}
