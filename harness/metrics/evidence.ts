import type { RunRecord } from '../record/run-record.ts';

/** What a run is judged by: the record, and the folder in which people find the same as files. */
export interface Evidence {
  record: RunRecord;
  /** Folder of the run; evidence paths in verdicts are relative to it. */
  runFolder: string;
  /** Files kept beside the scenario that a run is compared with; absent where a record is judged without one. */
  references?: References;
  /** With `--repeat`: the records of the repeats that have ended, and how many are still to come. */
  repeats?: { earlier: readonly RunRecord[]; remaining: number };
}

/** Snapshots and baselines; paths are relative to the scenario. */
export interface References {
  /** Write them anew instead of comparing (`--update`). */
  readonly update: boolean;
  read(path: string): string | undefined;
  write(path: string, text: string): void;
}
