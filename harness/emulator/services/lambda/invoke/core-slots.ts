/**
 * The cores of this machine as slots. An invocation takes slots before it begins and releases them when it has
 * ended, so that other invocations do not stretch its duration; the wait is reported apart.
 *
 * A function takes a slot for each vCPU that it sees on AWS (core/limits.ts), at most all there are. Slots are given
 * in the order of requests, so that small functions do not starve large ones.
 *
 * A function that waits (for S3, for a function it called) uses no core: its slots are lent to the next in line
 * until it computes again. Invocations made by running functions start at once: their callers already hold slots,
 * and waiting for those would be a deadlock.
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

  /** Slots for `cores` if they are free and no request waits, or in any case with `atOnce`. */
  tryTake(options: { cores?: number; atOnce?: boolean } = {}): CoreSlot | undefined {
    const cores = this.#bounded(options.cores);
    if (!options.atOnce && (this.#queue.length > 0 || !this.#hasRoom(cores))) return undefined;
    this.#taken += cores;
    return this.#slot(cores);
  }

  /** Resolves when the slots are free, in the order of requests. */
  async take(options: { cores?: number } = {}): Promise<CoreSlot> {
    const free = this.tryTake(options);
    if (free) return free;
    const cores = this.#bounded(options.cores);
    // #admit counts the slots as taken, so that no later request gets them.
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
  /** Lends the slots to others while their holder waits, or takes them again. */
  lend(lends: boolean): void;
  giveBack(): void;
}
