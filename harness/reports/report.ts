import type { RunOutcome } from '../scenario/outcome.ts';
import type { CostOptions } from './cost-table.ts';
import type { CoverageMinimums } from './coverage.ts';

/** All that happened in one call of `cosmicai run`. */
export interface Report {
  outcomes: readonly RunOutcome[];
  /** Runs that never came to a verdict, with the sentence that says why. */
  failures: readonly RunFailure[];
  /** Runs left out after the first failure (`--bail`). */
  skipped?: number;
  /** Region, architecture and size the costs are told for; `us-east-1` and x86_64 when absent. */
  cost?: CostOptions;
  /** Least coverage of the whole suite; what falls short fails the report. */
  coverage?: CoverageMinimums;
}

interface RunFailure {
  scenario: string;
  file: string;
  label: string;
  message: string;
  remedy?: string;
}
