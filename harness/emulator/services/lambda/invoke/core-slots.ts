/**
 * The cores of this machine, as places in which functions run. An invocation takes a place before it begins and
 * gives it back when it has ended, so that its duration is not stretched by others; the wait is told apart.
 *
 * A function that waits (for S3, for a function it called) uses no core: its place is lent to the next in line
 * until it computes again. Invocations made by running functions are let through at once: their callers already
 * hold a place, and waiting for it would be waiting for oneself.
 */
export class CoreSlots {
  readonly #capacity: number;
  #taken = 0;
  #lent = 0;
  readonly #queue: (() => void)[] = [];

  /** `capacity` places; `Infinity` lets everything run at once. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get waiting(): number {
    return this.#queue.length;
  }

  /** A place if one is free and nobody waits for it, or in any case with `atOnce`. */
  tryTake(options: { atOnce?: boolean } = {}): CoreSlot | undefined {
    if (!options.atOnce && (this.#queue.length > 0 || !this.#hasRoom())) return undefined;
    this.#taken++;
    return this.#slot();
  }

  /** Resolves when a place is free, in the order of asking. */
  async take(): Promise<CoreSlot> {
    const free = this.tryTake();
    if (free) return free;
    // Whoever admits counts the place as taken, so that nobody slips in between.
    await new Promise<void>((go) => this.#queue.push(go));
    return this.#slot();
  }

  #slot(): CoreSlot {
    let isHeld = true;
    let isLent = false;
    return {
      lend: (lends) => {
        if (!isHeld || lends === isLent) return;
        isLent = lends;
        this.#lent += lends ? 1 : -1;
        this.#admit();
      },
      giveBack: () => {
        if (!isHeld) return;
        isHeld = false;
        if (isLent) this.#lent--;
        this.#taken--;
        this.#admit();
      },
    };
  }

  #hasRoom(): boolean {
    return this.#taken - this.#lent < this.#capacity;
  }

  #admit(): void {
    while (this.#queue.length > 0 && this.#hasRoom()) {
      this.#taken++;
      this.#queue.shift()!();
    }
  }
}

export interface CoreSlot {
  /** Lends the place to others while its holder waits, or takes it again. */
  lend(lends: boolean): void;
  giveBack(): void;
}
