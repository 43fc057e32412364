/**
 * What a run brought about, to tell whether a defect changed anything: how executions ended, which states and functions
 * ran, and every object that is there in the end. Differences that two runs without a defect show do not count.
 */
import type { Json } from '../core/json.ts';
import type { RunRecord } from '../record/run-record.ts';
import type { TableCodec } from '../scenario/pack-run.ts';
import { decodeContent, parsed } from './decode-content.ts';
import { stable, unstableLeaves, withoutRunIds } from './leaves.ts';
import type { Mutant } from './mutants.ts';
import { kindOf } from './object-watch.ts';

/** By name of what is compared: values in an order that does not depend on the run. */
export type RunState = ReadonlyMap<string, readonly string[]>;

export function runState(record: RunRecord, objects: ReadonlyMap<string, readonly string[]>): RunState {
  const state = new Map<string, readonly string[]>(objects);
  record.executions.forEach((execution, index) => {
    const { status, error, output, history, mapRuns } = execution;
    const name = `execution ${index}`;
    state.set(`${name} output`, [JSON.stringify(output ?? null)]);
    state.set(`${name} end`, [JSON.stringify({ status, error: error ?? null })]);
    state.set(`${name} course`, [JSON.stringify(countsOf(history.map(({ type }) => type)))]);
    state.set(
      `${name} items`,
      mapRuns.map(({ itemCounts }) => JSON.stringify(itemCounts)),
    );
  });
  state.set('invocations', [
    JSON.stringify(
      countsOf(record.invocations.map(({ functionName, status }) => `${functionName} ${status ?? 'ok'}`)),
    ),
  ]);
  return state;
}

const countsOf = (names: readonly string[]): Json => {
  const counts: { [name: string]: number } = {};
  for (const name of [...names].sort()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
};

/** Compares runs with two that had no defect. */
export class RunComparison {
  readonly #first: RunState;
  readonly #second: RunState;
  readonly #tables: TableCodec | undefined;

  constructor(first: RunState, second: RunState, tables: TableCodec | undefined) {
    this.#first = first;
    this.#second = second;
    this.#tables = tables;
  }

  /** Names of what a run brought about otherwise. */
  differences(state: RunState): string[] {
    const names = new Set([...this.#first.keys(), ...state.keys()]);
    return [...names].filter((name) => {
      const [first = [], second = []] = [this.#first.get(name), this.#second.get(name)];
      const unstable = this.#unstableIn(first, second);
      const known = this.#comparable(first, unstable);
      // What two runs without a defect do not have in common cannot be compared: it counts as changed.
      if (known !== this.#comparable(second, unstable)) return true;
      return known !== this.#comparable(state.get(name) ?? [], unstable);
    });
  }

  #unstableIn(first: readonly string[], second: readonly string[]): Set<string> {
    const others = second.map((text) => this.#valueOf(text));
    return new Set(
      first.flatMap((text) => {
        const differences = others.map((other) => unstableLeaves(this.#valueOf(text), other));
        return [
          ...differences.reduce((a, b) => (b.size < a.size ? b : a), differences[0] ?? new Set<string>()),
        ];
      }),
    );
  }

  #comparable(texts: readonly string[], unstable: ReadonlySet<string>): string {
    return JSON.stringify(texts.map((text) => JSON.stringify(stable(this.#valueOf(text), unstable))).sort());
  }

  #valueOf(text: string): Json {
    return parsed(text) ?? decodeContent(text, this.#tables)?.value ?? withoutRunIds(text);
  }
}

/** Whether what is compared is an object of this kind. */
export function isOfSite(name: string, site: string): boolean {
  const found = /^s3:\/\/([^/]+)\/(.+?)(?: content type)?$/s.exec(name);
  return found !== null && kindOf(found[1]!, found[2]!) === site;
}

/**
 * Why a defect that no verdict noticed could not be noticed; `undefined` where it is a miss.
 * @param isRead whether something reads the objects of the place: the run without them is another one
 * @param namesRun whether what is left from an earlier run names that run, which a verdict can notice
 */
export function whyEquivalent(
  mutant: Mutant,
  differences: readonly string[],
  { isRead, namesRun }: { isRead: boolean; namesRun: boolean },
): string | undefined {
  const { boundary, change, site } = mutant;
  if (boundary === 'platform') return undefined;
  if (change === 'stale' && namesRun) return undefined;
  if (differences.length === 0) return 'nothing that the run brought about is different';
  if (boundary === 'event' && change === 'duplicate' && differences.every((name) => name === 'invocations'))
    return 'the function is idempotent: a second event changed nothing but the number of invocations';
  if (
    boundary === 'object' &&
    change === 'reorder' &&
    isRead &&
    differences.every((name) => isOfSite(name, site))
  )
    return 'what reads it does not depend on the order of its rows';
  return undefined;
}
