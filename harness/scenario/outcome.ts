import type { Verdict } from '../assertions/assertion.ts';
import { ExitCode } from '../core/errors.ts';
import type { RunRecord } from '../record/run-record.ts';
import type { Cell } from './matrix.ts';
import type { Stage } from './stages.ts';

/** What came of one cell of a scenario. */
export interface RunOutcome {
  scenario: string;
  /** Scenario file. */
  file: string;
  cell: Cell;
  runId: string;
  /** Folder with the evidence. */
  runFolder: string;
  record: RunRecord;
  verdicts: JudgedVerdict[];
  passed: boolean;
  /** Time the harness spent in each stage, milliseconds of wall time. */
  stagesMs: Partial<Record<Stage, number>>;
  /** Which repeat of the same run this is, counted from 1; absent without `--repeat`. */
  repeat?: number;
  /** How often it was tried (`--retries`); absent when the first time was the only one. */
  attempts?: number;
}

/** A verdict with the place of its expectation; invariants have none. */
export interface JudgedVerdict extends Verdict {
  location?: { file: string; line: number; column: number };
}

/** Of several exit codes the gravest: the environment before the input before an expectation. */
export function worstExitCode(codes: readonly ExitCode[]): ExitCode {
  return Math.max(ExitCode.passed, ...codes) as ExitCode;
}

/** True unless an expectation failed that is not soft. */
export function allPassed(verdicts: readonly Verdict[]): boolean {
  return verdicts.every((verdict) => verdict.outcome !== 'failed' || verdict.soft);
}

/** How many checks the backend has no evidence for. */
export function notJudgedHere({ verdicts }: Pick<RunOutcome, 'verdicts'>): number {
  return verdicts.filter(({ lacks }) => lacks !== undefined).length;
}
