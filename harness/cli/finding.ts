/** One thing that `cosmicai doctor` looked at. */
export interface Finding {
  name: string;
  /** `missing` keeps scenarios from running, `limited` does without. */
  state: 'fine' | 'limited' | 'missing';
  found: string;
  /** What follows from it, where it is not fine. */
  consequence?: string;
}
