import type { RunOutcome } from '../scenario/outcome.ts';

/** All that happened in one call of `cosmicai run`. */
export interface Report {
  outcomes: readonly RunOutcome[];
  /** Runs that never came to a verdict, with the sentence that says why. */
  failures: readonly RunFailure[];
  /** Runs left out after the first failure (`--bail`). */
  skipped?: number;
}

interface RunFailure {
  scenario: string;
  file: string;
  label: string;
  message: string;
  remedy?: string;
}
