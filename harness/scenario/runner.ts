/** Runs several scenarios, one cell after another; a run that cannot be carried out does not keep the next from it. */
import type { HarnessError } from '../core/errors.ts';
import { environmentError } from './environment-error.ts';
import type { LoadedScenario } from './load.ts';
import { describeCell } from './matrix.ts';
import type { RunOutcome } from './outcome.ts';
import { type RunContext, runCell } from './run.ts';

/** A run that came to no verdict. */
interface RunError {
  scenario: string;
  file: string;
  label: string;
  error: HarnessError;
}

export interface RunnerResult {
  outcomes: RunOutcome[];
  errors: RunError[];
}

/** Carries out every cell of every scenario; `HarnessError`s are collected, anything else is a defect and thrown. */
export async function runAll(
  scenarios: readonly LoadedScenario[],
  context: RunContext,
): Promise<RunnerResult> {
  const outcomes: RunOutcome[] = [];
  const errors: RunError[] = [];
  const count = scenarios.reduce((total, scenario) => total + scenario.runs.length, 0);
  let index = 0;
  for (const { name, runs, source } of scenarios) {
    for (const plan of runs) {
      const label = describeCell(plan.cell);
      context.onProgress({ kind: 'run-started', scenario: name, label, index: index++, count });
      try {
        const outcome = await runCell(plan, source, context);
        outcomes.push(outcome);
        context.onProgress({ kind: 'run-finished', outcome });
      } catch (error) {
        const known = environmentError(error);
        if (context.signal.aborted || !known) throw error;
        errors.push({ scenario: name, file: source.file, label, error: known });
      }
    }
  }
  return { outcomes, errors };
}
