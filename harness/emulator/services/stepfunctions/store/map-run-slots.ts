/**
 * The account's quota of open Map Runs. A Map Run beyond it has started for its parent's history and waits there,
 * first come first served, until another ends; nothing fails for it.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html#service-limits-accounts ("Scheduled
 * Map Runs wait at MapRunStarted until the total number of open Map Runs is less than the quota")
 */
interface Slots {
  open: number;
  waiting: number;
  most: number;
}

export class MapRunSlots {
  readonly #most: number;
  #open = 0;
  /** In order of arrival; a Set, so that one may leave from the middle. */
  readonly #waiting = new Set<() => void>();

  readonly #changed: (slots: Slots) => void;

  /** `changed` is told of every change of what is open or waits. */
  constructor(most: number, changed: (slots: Slots) => void = () => {}) {
    this.#most = most;
    this.#changed = changed;
  }

  /** Calls `go` now or as soon as a slot is free; the caller then owns it until `release`. The result calls it off. */
  take(go: () => void): () => void {
    if (this.#open < this.#most) {
      this.#open++;
      this.#tell();
      go();
      return () => {};
    }
    this.#waiting.add(go);
    this.#tell();
    return () => {
      if (this.#waiting.delete(go)) this.#tell();
    };
  }

  release(): void {
    for (const next of this.#waiting) {
      // The slot goes from hand to hand.
      this.#waiting.delete(next);
      this.#tell();
      next();
      return;
    }
    this.#open--;
    this.#tell();
  }

  #tell(): void {
    this.#changed({ open: this.#open, waiting: this.#waiting.size, most: this.#most });
  }
}
