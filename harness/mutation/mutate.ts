/**
 * Mutation testing of a scenario: which defects of a project's functions it would not notice. Two runs without a defect
 * show what there is to spoil, then every defect that applies is injected into a run of its own.
 */
import type { Backend } from '../backends/backend.ts';
import { ExitCode, HarnessError } from '../core/errors.ts';
import type { LoadedScenario } from '../scenario/load.ts';
import type { RunOutcome } from '../scenario/outcome.ts';
import { type RunContext, runCell } from '../scenario/run.ts';
import { Boundary } from './boundary.ts';
import { type Mutant, mutantsOf } from './mutants.ts';

export interface MutantOutcome {
  mutant: Mutant;
  /** `not injected`: the defect found no place in its run, and says nothing. */
  outcome: 'caught' | 'missed' | 'not injected';
  /** Name and finding of the first verdict that failed. */
  by?: string;
}

export interface MutationResult {
  scenario: string;
  file: string;
  mutants: MutantOutcome[];
  /** Share of the injected defects that were caught, from 0 to 1. */
  score: number;
}

export interface MutateOptions {
  context: RunContext;
  backend: Backend;
  /** Told of every mutant that was judged. */
  onMutant(outcome: MutantOutcome, index: number, count: number): void;
}

/** Runs the first cell of the scenario. @throws HarnessError `mutate-failing` when it fails without a defect */
export async function mutate(scenario: LoadedScenario, options: MutateOptions): Promise<MutationResult> {
  const first = await withoutDefect(scenario, options);
  const second = await withoutDefect(scenario, options);
  const names = new Map(
    Object.entries(first.outcome.record.functions ?? {}).map(([name, real]) => [real, name]),
  );
  const found = mutantsOf(first.boundary.observed, second.boundary.observed, names);
  const mutants: MutantOutcome[] = [];
  for (const [index, mutant] of found.entries()) {
    const outcome = await judgeMutant(scenario, mutant, options);
    mutants.push(outcome);
    options.onMutant(outcome, index, found.length);
  }
  const injected = mutants.filter(({ outcome }) => outcome !== 'not injected');
  const caught = injected.filter(({ outcome }) => outcome === 'caught').length;
  return {
    scenario: scenario.name,
    file: scenario.source.file,
    mutants,
    score: injected.length === 0 ? 1 : caught / injected.length,
  };
}

async function withoutDefect(scenario: LoadedScenario, options: MutateOptions) {
  const boundary = new Boundary();
  const outcome = await runWith(scenario, boundary, options);
  if (outcome.passed) return { boundary, outcome };
  const failed = outcome.verdicts.find((verdict) => verdict.outcome === 'failed' && !verdict.soft);
  throw new HarnessError(
    'mutate-failing',
    `${scenario.name} fails without a defect: ${failed?.name}: ${failed?.actual}.`,
    {
      exitCode: ExitCode.inputWrong,
      location: { file: scenario.source.file },
      remedy: 'Run it with "cosmicai run" until it passes; only then do its verdicts tell defects apart.',
    },
  );
}

async function judgeMutant(
  scenario: LoadedScenario,
  mutant: Mutant,
  options: MutateOptions,
): Promise<MutantOutcome> {
  const boundary = new Boundary(mutant);
  const outcome = await runWith(scenario, boundary, options);
  if (!boundary.isInjected) return { mutant, outcome: 'not injected' };
  const failed = outcome.verdicts.find((verdict) => verdict.outcome === 'failed' && !verdict.soft);
  if (!failed) return { mutant, outcome: 'missed' };
  return { mutant, outcome: 'caught', by: `${failed.name}: ${failed.actual}` };
}

function runWith(
  scenario: LoadedScenario,
  boundary: Boundary,
  { context, backend }: MutateOptions,
): Promise<RunOutcome> {
  return runCell(scenario.runs[0]!, scenario.source, { ...context, backend: boundary.within(backend) });
}
