/** Which of the loaded runs are carried out: by name, by tag, and by share of a machine among several. */
import { ExitCode, HarnessError } from '../core/errors.ts';
import { nearestName } from '../core/nearest-name.ts';
import type { LoadedScenario, PlannedRun } from './load.ts';
import { describeCell } from './matrix.ts';

/** The i-th of n parts, counted from 1. */
export interface Shard {
  index: number;
  count: number;
}

export interface Selection {
  /** Matches the name of a scenario with its cell, as the report shows it. */
  grep?: RegExp;
  /** At least one of these; a tag that begins with `!` leaves out instead. */
  tags?: readonly string[];
  shard?: Shard;
  /** Replaces every scenario's `execution.timeoutSeconds`. */
  timeoutSeconds?: number;
}

/**
 * The scenarios with the runs that are left of them.
 * @throws HarnessError `nothing-selected` (exit code 2) when no name or tag fits; an empty shard is none.
 */
export function selectRuns(scenarios: readonly LoadedScenario[], selection: Selection): LoadedScenario[] {
  const fitting = withRuns(
    scenarios,
    (run, { name }) => fitsTags(run, selection.tags ?? []) && fitsName(run, name, selection.grep),
  );
  if (fitting.length === 0 && scenarios.length > 0) throw nothingSelected(scenarios, selection);
  const { shard, timeoutSeconds } = selection;
  let position = 0;
  const ours = shard ? withRuns(fitting, () => position++ % shard.count === shard.index - 1) : [...fitting];
  if (timeoutSeconds === undefined) return ours;
  return ours.map((one) => ({ ...one, runs: one.runs.map((run) => withTimeout(run, timeoutSeconds)) }));
}

function withRuns(
  scenarios: readonly LoadedScenario[],
  keep: (run: PlannedRun, scenario: LoadedScenario) => boolean,
): LoadedScenario[] {
  return scenarios
    .map((scenario) => ({ ...scenario, runs: scenario.runs.filter((run) => keep(run, scenario)) }))
    .filter((scenario) => scenario.runs.length > 0);
}

function fitsTags({ scenario }: PlannedRun, tags: readonly string[]): boolean {
  const wanted = tags.filter((tag) => !tag.startsWith('!'));
  const unwanted = tags.filter((tag) => tag.startsWith('!')).map((tag) => tag.slice(1));
  if (scenario.tags.some((tag) => unwanted.includes(tag))) return false;
  return wanted.length === 0 || scenario.tags.some((tag) => wanted.includes(tag));
}

function fitsName(run: PlannedRun, name: string, grep: RegExp | undefined): boolean {
  return grep === undefined || grep.test(`${name} ${describeCell(run.cell)}`.trimEnd());
}

function withTimeout(run: PlannedRun, timeoutSeconds: number): PlannedRun {
  const execution = { ...run.scenario.execution, timeoutSeconds };
  return { ...run, scenario: { ...run.scenario, execution } };
}

function nothingSelected(scenarios: readonly LoadedScenario[], selection: Selection): HarnessError {
  const known = new Set(scenarios.flatMap(({ runs }) => runs.flatMap(({ scenario }) => scenario.tags)));
  const asked = [
    selection.grep ? `--grep ${selection.grep.source}` : '',
    ...(selection.tags ?? []).map((tag) => `--tag ${tag}`),
  ].filter((text) => text !== '');
  const misspelt = (selection.tags ?? []).find((tag) => !known.has(tag.replace(/^!/, '')));
  const near = misspelt === undefined ? undefined : nearestName(misspelt, known);
  return new HarnessError(
    'nothing-selected',
    `No run of ${scenarios.length} scenarios fits ${asked.join(' ')}.`,
    {
      exitCode: ExitCode.inputWrong,
      remedy: `${near ? `Did you mean "${near}"? ` : ''}Tags: ${[...known].sort().join(', ') || 'none'}.`,
    },
  );
}
