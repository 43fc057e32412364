/** Begins the names of executions that prove a new version before it gets traffic. */
export const SMOKE_PREFIX = 'smoke-';

/** What came of one smoke scenario. */
export interface SmokeResult {
  scenario: string;
  passed: boolean;
  executionArns: string[];
  /** When the last of them ended, milliseconds since the epoch by the account's clock; 0 without any. */
  endedAtMs: number;
  /** Checks that failed or were not judged: `status: expected SUCCEEDED, was FAILED (...)`. */
  reasons: string[];
}

/** Runs smoke scenarios against versions of state machines, by name in the project. */
export type SmokeRunner = (
  stateMachineVersionArns: Readonly<Record<string, string>>,
) => Promise<SmokeResult[]>;
