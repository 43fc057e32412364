/** Runs several scenarios, one cell after another; a run that cannot be carried out does not keep the next from it. */
import type { HarnessError } from '../core/errors.ts';
import { environmentError } from './environment-error.ts';
import type { LoadedScenario, PlannedRun } from './load.ts';
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
  /** Runs that were left out after the first failure (`bail`). */
  skipped: number;
}

export interface RunnerOptions {
  /** Ends at the first run that does not pass. */
  bail: boolean;
  /** How often a run that failed is tried again. */
  retries: number;
  /** How often each run is carried out. */
  repeat: number;
}

const ONCE: RunnerOptions = { bail: false, retries: 0, repeat: 1 };

interface Job {
  scenario: LoadedScenario;
  plan: PlannedRun;
  repeat: number;
}

/** Carries out every cell of every scenario; `HarnessError`s are collected, anything else is a defect and thrown. */
export async function runAll(
  scenarios: readonly LoadedScenario[],
  context: RunContext,
  options: RunnerOptions = ONCE,
): Promise<RunnerResult> {
  const result: RunnerResult = { outcomes: [], errors: [], skipped: 0 };
  const jobs = scenarios.flatMap((scenario) =>
    scenario.runs.flatMap((plan) =>
      Array.from({ length: options.repeat }, (_, index): Job => ({ scenario, plan, repeat: index + 1 })),
    ),
  );
  for (const [index, job] of jobs.entries()) {
    const { name, source } = job.scenario;
    const label = labelOf(job, options);
    context.onProgress({ kind: 'run-started', scenario: name, label, index, count: jobs.length });
    let passed = false;
    try {
      const outcome = await runWithRetries(job, context, options);
      result.outcomes.push(outcome);
      context.onProgress({ kind: 'run-finished', outcome });
      passed = outcome.passed;
    } catch (error) {
      const known = environmentError(error);
      if (context.signal.aborted || !known) throw error;
      result.errors.push({ scenario: name, file: source.file, label, error: known });
    }
    if (!passed && options.bail) {
      result.skipped = jobs.length - index - 1;
      break;
    }
  }
  return result;
}

async function runWithRetries(job: Job, context: RunContext, options: RunnerOptions): Promise<RunOutcome> {
  for (let attempts = 1; ; attempts++) {
    const outcome = await runCell(job.plan, job.scenario.source, context);
    if (!outcome.passed && attempts <= options.retries) continue;
    return {
      ...outcome,
      ...(options.repeat > 1 ? { repeat: job.repeat } : {}),
      ...(attempts > 1 ? { attempts } : {}),
    };
  }
}

function labelOf({ plan, repeat }: Job, options: RunnerOptions): string {
  const cell = describeCell(plan.cell);
  return options.repeat > 1 ? `${cell} #${repeat}`.trimStart() : cell;
}
