/**
 * Which parts of a machine a run, or a whole suite, has taken: states, transitions, Choice rules, Catchers and
 * Retriers. Counted per definition; several executions may share one `Coverage`.
 */
import type { CompiledGroup, CompiledState, Program } from './program.ts';

/** Times taken, by key: see `coverableKeys` for the grammar. Plain enough to be written into a record. */
export interface Coverage {
  readonly taken: Map<string, number>;
}

/** What there is to take and how much of it was taken. */
export interface CoverageReport {
  covered: number;
  total: number;
  /** Keys never taken, in document order. */
  missed: string[];
  /** Times taken by key, 0 included, in document order. */
  counts: { [key: string]: number };
}

export function createCoverage(): Coverage {
  return { taken: new Map() };
}

/** Counts `key` once more. */
export function cover(coverage: Coverage | undefined, key: string): void {
  if (coverage) coverage.taken.set(key, (coverage.taken.get(key) ?? 0) + 1);
}

/** `/States/A` is a state; `/States/A -> B` a transition; the rest stands below a state's path. */
export const coverageKey = {
  state: (state: CompiledState) => state.path,
  transition: (state: CompiledState, next: string | undefined) => `${state.path} -> ${next ?? 'End'}`,
  choice: (state: CompiledState, index: number | undefined) =>
    index === undefined ? `${state.path}/Default` : `${state.path}/Choices[${index}]`,
  catcher: (state: CompiledState, index: number) => `${state.path}/Catch[${index}]`,
  retrier: (state: CompiledState, index: number) => `${state.path}/Retry[${index}]`,
};

/** Everything that can be taken in a machine, nested groups included, in document order. */
function coverableKeys(program: Program): string[] {
  const keys: string[] = [];
  collect(program.root, keys);
  return keys;
}

function collect(group: CompiledGroup, keys: string[]): void {
  for (const state of group.states.values()) {
    keys.push(coverageKey.state(state));
    if (state.type === 'Choice') {
      state.choices.forEach((_, index) => {
        keys.push(coverageKey.choice(state, index));
      });
      if (state.default !== undefined) keys.push(coverageKey.choice(state, undefined));
    } else if (state.type !== 'Fail' && state.type !== 'Succeed') {
      keys.push(coverageKey.transition(state, state.next));
    }
    if (state.type === 'Task' || state.type === 'Parallel' || state.type === 'Map') {
      state.retry.forEach((_, index) => {
        keys.push(coverageKey.retrier(state, index));
      });
      state.catch.forEach((_, index) => {
        keys.push(coverageKey.catcher(state, index));
      });
    }
    if (state.type === 'Parallel') for (const branch of state.branches) collect(branch, keys);
    if (state.type === 'Map') collect(state.processor, keys);
  }
}

/** The coverage of one machine. */
export function coverageReport(program: Program, coverage: Coverage): CoverageReport {
  const counts: { [key: string]: number } = {};
  const missed: string[] = [];
  for (const key of coverableKeys(program)) {
    const count = coverage.taken.get(key) ?? 0;
    counts[key] = count;
    if (count === 0) missed.push(key);
  }
  const total = Object.keys(counts).length;
  return { covered: total - missed.length, total, missed, counts };
}
