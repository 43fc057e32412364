/**
 * Mutation testing of a scenario: which defects of a project's functions it would not notice. Two runs without a defect
 * show what there is to spoil, then every defect that applies is injected into a run of its own.
 */
import type { Backend } from '../backends/backend.ts';
import { ExitCode, HarnessError } from '../core/errors.ts';
import { monotonicMs } from '../core/monotonic.ts';
import type { LoadedScenario, PlannedRun } from '../scenario/load.ts';
import type { JudgedVerdict, RunOutcome } from '../scenario/outcome.ts';
import { packRuns } from '../scenario/pack-run.ts';
import { type RunContext, runCell } from '../scenario/run.ts';
import { Boundary } from './boundary.ts';
import type { Defect } from './catalogue.ts';
import { type Mutant, mutantsOf, type NotApplicable } from './mutants.ts';
import { isOfSite, RunComparison, runState, whyEquivalent } from './run-state.ts';
import { unorderedBy } from './unordered.ts';

export interface MutantOutcome {
  mutant: Mutant;
  /**
   * `equivalent`: it changed nothing that could be noticed. `not injected`: it found no place in its run. Neither counts.
   */
  outcome: 'caught' | 'missed' | 'equivalent' | 'not injected';
  /** Of a caught one name and finding of the first verdict that failed; of an equivalent one why it is. */
  by?: string;
  /** Of a caught one every verdict that failed, by name and finding. */
  findings?: string[];
}

export interface MutationResult {
  scenario: string;
  file: string;
  mutants: MutantOutcome[];
  notApplicable: NotApplicable[];
  /** Share of the defects that could be noticed and were, from 0 to 1. */
  score: number;
  mutantsPerMinute: number;
}

export interface MutateOptions {
  context: RunContext;
  backend: Backend;
  /** Only these defects of the catalogue; all when left out. */
  only?: readonly Defect[];
  /** Chooses among the mutants; all when left out. */
  choose?(mutants: readonly Mutant[]): readonly Mutant[];
  /** Told how many mutants there are before the first is run. */
  onStart?(count: number): void;
  /** Told of every mutant that was judged. */
  onMutant(outcome: MutantOutcome, index: number, count: number): void;
}

/** Runs the first cell of the scenario. @throws HarnessError `mutate-failing` when it fails without a defect */
export async function mutate(scenario: LoadedScenario, options: MutateOptions): Promise<MutationResult> {
  const first = await withoutDefect(scenario, options);
  const second = await withoutDefect(scenario, options);
  const tables = tablesOf(scenario);
  const names = new Map(
    Object.entries(first.outcome.record.functions ?? {}).map(([name, real]) => [real, name]),
  );
  const { mutants: found, notApplicable } = mutantsOf(second.boundary.observed, first.boundary.observed, {
    names,
    tables,
    unordered: unorderedBy(scenario.runs[0]!.scenario),
  });
  const wanted = found.filter(({ defect }) => options.only?.includes(defect) ?? true);
  const chosen = options.choose?.(wanted) ?? wanted;
  const comparison = new RunComparison(second.state, first.state, tables);
  options.onStart?.(chosen.length);
  const startedMs = monotonicMs();
  const judging = {
    options,
    plan: withinTime(scenario.runs[0]!, Math.max(first.durationMs, second.durationMs)),
    comparison,
    read: new Map<string, boolean>(),
    runNames: first.outcome.record.executions.map(({ name }) => name),
  };
  const mutants: MutantOutcome[] = [];
  for (const [index, mutant] of chosen.entries()) {
    options.context.signal.throwIfAborted();
    const outcome = await judgeMutant(scenario, mutant, judging);
    mutants.push(outcome);
    options.onMutant(outcome, index, chosen.length);
  }
  const count = (wanted: MutantOutcome['outcome']) =>
    mutants.filter(({ outcome }) => outcome === wanted).length;
  const [caught, missed] = [count('caught'), count('missed')];
  const minutes = (monotonicMs() - startedMs) / 60_000;
  return {
    scenario: scenario.name,
    file: scenario.source.file,
    mutants,
    notApplicable: notApplicable.filter(({ defect }) => options.only?.includes(defect) ?? true),
    score: caught + missed === 0 ? 1 : caught / (caught + missed),
    mutantsPerMinute: minutes === 0 ? 0 : mutants.length / minutes,
  };
}

const tablesOf = (scenario: LoadedScenario) => packRuns.of(scenario.runs[0]!.project.pack)?.tables;

async function withoutDefect(scenario: LoadedScenario, options: MutateOptions) {
  const boundary = new Boundary(tablesOf(scenario));
  const startedMs = monotonicMs();
  const outcome = await runWith(scenario.runs[0]!, scenario, boundary, options);
  const durationMs = monotonicMs() - startedMs;
  if (outcome.passed)
    return { boundary, outcome, durationMs, state: runState(outcome.record, await boundary.finalObjects()) };
  const [failed] = failuresOf(outcome);
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

const failuresOf = ({ verdicts }: RunOutcome): JudgedVerdict[] =>
  verdicts.filter((verdict) => verdict.outcome === 'failed' && !verdict.soft);

interface Judging {
  /** What is run: it ends after a while, though a defect lets it wait for what never comes. */
  plan: PlannedRun;
  options: MutateOptions;
  comparison: RunComparison;
  /** By kind of objects whether something reads them: a run without one of them is another run. */
  read: Map<string, boolean>;
  /** Of the executions of the run whose contents are left by \`stale\`. */
  runNames: readonly string[];
}

async function judgeMutant(
  scenario: LoadedScenario,
  mutant: Mutant,
  judging: Judging,
): Promise<MutantOutcome> {
  const { outcome, isInjected, differences } = await inject(scenario, mutant, judging);
  if (!isInjected) return { mutant, outcome: 'not injected' };
  const findings = failuresOf(outcome).map(({ name, actual }) => `${name}: ${actual}`);
  const [by] = findings;
  if (by !== undefined) return { mutant, outcome: 'caught', by, findings };
  const { boundary, change, site } = mutant;
  if (boundary === 'object' && change === 'reorder' && !judging.read.has(site)) {
    const dropped = await inject(scenario, { ...mutant, change: 'drop' }, judging);
    judging.read.set(
      site,
      dropped.differences.some((name) => !isOfSite(name, site)),
    );
  }
  const place = {
    isRead: judging.read.get(site) ?? false,
    namesRun: mutant.earlier.some((text) => judging.runNames.some((name) => text.includes(name))),
  };
  let why = whyEquivalent(mutant, differences, place);
  // What differs from run to run, such as which invocations are cold, need not differ in the next.
  for (let again = 0; why === undefined && boundary !== 'platform' && again < EQUIVALENCE_RUNS; again++) {
    const next = await inject(scenario, mutant, judging);
    if (next.isInjected && failuresOf(next.outcome).length === 0)
      why = whyEquivalent(mutant, next.differences, place);
  }
  return why === undefined ? { mutant, outcome: 'missed' } : { mutant, outcome: 'equivalent', by: why };
}

/** A defect that was not noticed is run as often again, to see whether it changes anything. */
const EQUIVALENCE_RUNS = 2;

async function inject(scenario: LoadedScenario, mutant: Mutant, { options, comparison, plan }: Judging) {
  const boundary = new Boundary(tablesOf(scenario), mutant);
  const outcome = await runWith(plan, scenario, boundary, options);
  const differences = comparison.differences(runState(outcome.record, await boundary.finalObjects()));
  return { outcome, isInjected: boundary.isInjected, differences };
}

/** A run with a defect may take this many times as long as one without. */
const ALLOWED_RATIO = 10;
const LEAST_TIMEOUT_S = 60;

function withinTime(plan: PlannedRun, durationMs: number): PlannedRun {
  const limitS = Math.max(LEAST_TIMEOUT_S, Math.ceil((ALLOWED_RATIO * durationMs) / 1000));
  const { scenario } = plan;
  const { execution, steps } = scenario;
  return {
    ...plan,
    scenario: {
      ...scenario,
      execution: { ...execution, timeoutSeconds: Math.min(execution.timeoutSeconds, limitS) },
      steps: steps.map((step) => {
        const seconds = step.waitFor?.timeoutSeconds;
        if (!step.waitFor || seconds === undefined || seconds <= limitS) return step;
        return { ...step, waitFor: { ...step.waitFor, timeoutSeconds: limitS } };
      }),
    },
  };
}

function runWith(
  plan: PlannedRun,
  scenario: LoadedScenario,
  boundary: Boundary,
  { context, backend }: MutateOptions,
): Promise<RunOutcome> {
  return runCell(plan, scenario.source, { ...context, backend: boundary.within(backend) });
}
