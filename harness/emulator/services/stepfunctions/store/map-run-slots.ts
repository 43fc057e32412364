/**
 * The account's quota of open Map Runs. A Map Run beyond it has started for its parent's history and waits there,
 * first come first served, until another ends; nothing fails for it.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html#service-limits-accounts ("Scheduled
 * Map Runs wait at MapRunStarted until the total number of open Map Runs is less than the quota")
 */
export class MapRunSlots {
  readonly #most: number;
  #open = 0;
  /** In order of arrival; a Set, so that one may leave from the middle. */
  readonly #waiting = new Set<() => void>();

  constructor(most: number) {
    this.#most = most;
  }

  /** Calls `go` now or as soon as a slot is free; the caller then owns it until `release`. The result calls it off. */
  take(go: () => void): () => void {
    if (this.#open < this.#most) {
      this.#open++;
      go();
      return () => {};
    }
    this.#waiting.add(go);
    return () => {
      this.#waiting.delete(go);
    };
  }

  release(): void {
    for (const next of this.#waiting) {
      // The slot goes from hand to hand.
      this.#waiting.delete(next);
      next();
      return;
    }
    this.#open--;
  }
}
