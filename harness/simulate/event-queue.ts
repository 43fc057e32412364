/**
 * Modelled time: callbacks in the order of their times, equal times in the order in which they were added. Nothing
 * waits and nothing reads a clock, so a simulation of hours takes as long as its events take to process.
 */
export class EventQueue {
  /** Binary heap by (atMs, sequence). */
  readonly #heap: { atMs: number; sequence: number; fire: () => void }[] = [];
  #sequence = 0;
  #nowMs = 0;

  /** Milliseconds since the simulation began. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** Calls `fire` once, `delayMs` from now. */
  after(delayMs: number, fire: () => void): void {
    const heap = this.#heap;
    heap.push({ atMs: this.#nowMs + Math.max(0, delayMs), sequence: this.#sequence++, fire });
    let at = heap.length - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#before(at, parent)) break;
      this.#swap(at, parent);
      at = parent;
    }
  }

  /** Processes events until none is left or `atEnd` returns true. */
  run(atEnd: () => boolean = () => false): void {
    while (this.#heap.length > 0 && !atEnd()) {
      const { atMs, fire } = this.#pop();
      this.#nowMs = atMs;
      fire();
    }
  }

  #pop() {
    const heap = this.#heap;
    this.#swap(0, heap.length - 1);
    const first = heap.pop()!;
    for (let at = 0; ; ) {
      const left = 2 * at + 1;
      if (left >= heap.length) return first;
      const least = left + 1 < heap.length && this.#before(left + 1, left) ? left + 1 : left;
      if (!this.#before(least, at)) return first;
      this.#swap(at, least);
      at = least;
    }
  }

  #before(a: number, b: number): boolean {
    const [one, other] = [this.#heap[a]!, this.#heap[b]!];
    return one.atMs < other.atMs || (one.atMs === other.atMs && one.sequence < other.sequence);
  }

  #swap(a: number, b: number): void {
    const heap = this.#heap;
    const kept = heap[a]!;
    heap[a] = heap[b]!;
    heap[b] = kept;
  }
}
