/**
 * The cores of this machine, as places in which functions run. An invocation takes a place before it begins and
 * gives it back when it has ended, so that its duration is not stretched by others; the wait is told apart.
 *
 * A function takes as many cores as it may use threads for (its memory buys vCPUs), at most all there are. Whoever
 * is first in line is served first, so that large functions are not starved by small ones.
 *
 * A function that waits (for S3, for a function it called) uses no core: its place is lent to the next in line
 * until it computes again. Invocations made by running functions are let through at once: their callers already
 * hold a place, and waiting for it would be waiting for oneself.
 */
export class CoreSlots {
  readonly #capacity: number;
  #taken = 0;
  #lent = 0;
  readonly #queue: { cores: number; admit: () => void }[] = [];

  /** `capacity` cores; `Infinity` lets everything run at once. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get waiting(): number {
    return this.#queue.length;
  }

  /** Places for `cores` if they are free and nobody waits, or in any case with `atOnce`. */
  tryTake(options: { cores?: number; atOnce?: boolean } = {}): CoreSlot | undefined {
    const cores = this.#bounded(options.cores);
    if (!options.atOnce && (this.#queue.length > 0 || !this.#hasRoom(cores))) return undefined;
    this.#taken += cores;
    return this.#slot(cores);
  }

  /** Resolves when the places are free, in the order of asking. */
  async take(options: { cores?: number } = {}): Promise<CoreSlot> {
    const free = this.tryTake(options);
    if (free) return free;
    const cores = this.#bounded(options.cores);
    // Whoever admits counts the places as taken, so that nobody slips in between.
    await new Promise<void>((admit) => this.#queue.push({ cores, admit }));
    return this.#slot(cores);
  }

  #slot(cores: number): CoreSlot {
    let isHeld = true;
    let isLent = false;
    return {
      lend: (lends) => {
        if (!isHeld || lends === isLent) return;
        isLent = lends;
        this.#lent += lends ? cores : -cores;
        this.#admit();
      },
      giveBack: () => {
        if (!isHeld) return;
        isHeld = false;
        if (isLent) this.#lent -= cores;
        this.#taken -= cores;
        this.#admit();
      },
    };
  }

  #bounded(cores = 1): number {
    return Math.max(1, Math.min(cores, this.#capacity));
  }

  #hasRoom(cores: number): boolean {
    return this.#taken - this.#lent + cores <= this.#capacity;
  }

  #admit(): void {
    for (let next = this.#queue[0]; next && this.#hasRoom(next.cores); next = this.#queue[0]) {
      this.#queue.shift();
      this.#taken += next.cores;
      next.admit();
    }
  }
}

export interface CoreSlot {
  /** Lends the places to others while their holder waits, or takes them again. */
  lend(lends: boolean): void;
  giveBack(): void;
}

/** Cores for which a function of this memory has whole vCPUs on AWS; a smaller one still needs one. */
export function coresFor(memoryMB: number, memoryPerVcpuMB: number): number {
  return Math.max(1, Math.floor(memoryMB / memoryPerVcpuMB));
}
