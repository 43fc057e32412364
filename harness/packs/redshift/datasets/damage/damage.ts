/** One way to spoil a partition file before a run. */
export interface Damage {
  /** As written in `dataset.damage[].kind`. */
  kind: string;
  /**
   * Spoils the file in place; it is a private copy, never the cached original. `false` takes the partition out
   * of the dataset altogether.
   */
  apply(file: string): Promise<boolean>;
}
