import type { RunRecord } from '../record/run-record.ts';

/** What a run is judged by: the record, and the folder in which people find the same as files. */
export interface Evidence {
  record: RunRecord;
  /** Folder of the run; evidence paths in verdicts are relative to it. */
  runFolder: string;
}
