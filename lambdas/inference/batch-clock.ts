/**
 * Divides wall time among the batches that are being worked on, where parts of several are at work at once: between
 * two events each part gets an equal share. So the sum over all batches is the time in which anything was at work,
 * however many threads there are.
 */
export class BatchClock {
  /** Seconds, per batch. */
  readonly seconds: number[];
  /** Seconds in which nothing was at work. */
  idleS = 0;
  readonly #nowS: () => number;
  /** Parts at work, by batch. */
  readonly #running = new Map<number, number>();
  #parts = 0;
  #lastS: number;

  /** Runs from now on; `nowS` is a monotonic clock in seconds. */
  constructor(batches: number, nowS: () => number) {
    this.seconds = new Array<number>(batches).fill(0);
    this.#nowS = nowS;
    this.#lastS = nowS();
  }

  /** A part of `batch` is at work. */
  begin(batch: number): void {
    this.#advance();
    this.#running.set(batch, (this.#running.get(batch) ?? 0) + 1);
    this.#parts++;
  }

  /** A part of `batch` is done. */
  end(batch: number): void {
    this.#advance();
    const left = this.#running.get(batch)! - 1;
    if (left > 0) this.#running.set(batch, left);
    else this.#running.delete(batch);
    this.#parts--;
  }

  #advance(): void {
    const nowS = this.#nowS();
    const elapsedS = nowS - this.#lastS;
    this.#lastS = nowS;
    if (this.#parts === 0) this.idleS += elapsedS;
    for (const [batch, parts] of this.#running) this.seconds[batch]! += (elapsedS * parts) / this.#parts;
  }
}
