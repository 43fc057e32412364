/** What of the state machines the whole suite has taken, what it never took, and what it should have taken. */
import { COVERAGE_KINDS, type CoverageKind } from '../metrics/coverage.ts';
import type { RunOutcome } from '../scenario/outcome.ts';
import type { ReportTable } from './table.ts';

/** Longer lists of what was missed are cut. */
const MOST_SHOWN = 8;

/** Least shares in percent, by kind: `{states: 100, catchers: 50}`. */
export type CoverageMinimums = { [Kind in CoverageKind]?: number };

export interface MachineCoverage {
  /** Name of the state machine. */
  machine: string;
  kinds: { kind: CoverageKind; taken: number; total: number }[];
  /** Keys never taken, in document order. */
  missed: string[];
}

/** The union over all runs, one entry per state machine; empty where no backend counted. */
export function suiteCoverage(outcomes: readonly RunOutcome[]): MachineCoverage[] {
  const machines = new Map<string, Map<string, number>>();
  for (const { record } of outcomes) {
    for (const { stateMachineArn, counts } of record.coverage ?? []) {
      const name = stateMachineArn.split(':').at(-1)!;
      const sums = machines.get(name) ?? new Map<string, number>();
      for (const [key, count] of Object.entries(counts)) sums.set(key, (sums.get(key) ?? 0) + count);
      machines.set(name, sums);
    }
  }
  return [...machines].map(([machine, counts]) => ({
    machine,
    kinds: COVERAGE_KINDS.flatMap(({ name: kind, is }) => {
      const own = [...counts].filter(([key]) => is(key));
      const taken = own.filter(([, count]) => count > 0).length;
      return own.length === 0 ? [] : [{ kind, taken, total: own.length }];
    }),
    missed: [...counts].filter(([, count]) => count === 0).map(([key]) => key),
  }));
}

/** One line per state machine: retriers and catchers that never had to act are named too. */
export function coverageLines(outcomes: readonly RunOutcome[]): string[] {
  return suiteCoverage(outcomes).map(({ machine, kinds, missed }) => {
    const parts = kinds.map(({ kind, taken, total }) => `${taken}/${total} ${kind}`);
    const line = `coverage of ${machine}: ${parts.join(', ')}`;
    return missed.length === 0 ? line : `${line}; never taken: ${listed(missed)}`;
  });
}

function listed(missed: readonly string[]): string {
  const more = missed.length > MOST_SHOWN ? `, and ${missed.length - MOST_SHOWN} more` : '';
  return `${missed.slice(0, MOST_SHOWN).join(', ')}${more}`;
}

/** Sentences of what falls short of the minimums; a kind the machine has nothing of is no shortfall. */
export function coverageShortfalls(
  outcomes: readonly RunOutcome[],
  minimums: CoverageMinimums | undefined,
): string[] {
  if (!minimums) return [];
  return suiteCoverage(outcomes).flatMap(({ machine, kinds, missed }) =>
    kinds.flatMap(({ kind, taken, total }) => {
      const least = minimums[kind];
      const share = (100 * taken) / total;
      if (least === undefined || share >= least) return [];
      const { is } = COVERAGE_KINDS.find((one) => one.name === kind)!;
      return [
        `${kind} of ${machine}: ${share.toFixed(1)} % taken (${taken} of ${total}), at least ${least} % expected; ` +
          `never taken: ${listed(missed.filter(is))}`,
      ];
    }),
  );
}

export function coverageTable(outcomes: readonly RunOutcome[]): ReportTable | undefined {
  const machines = suiteCoverage(outcomes);
  if (machines.length === 0) return undefined;
  return {
    title: 'Coverage of the state machines',
    head: ['state machine', ...COVERAGE_KINDS.map(({ name }) => name)],
    rows: machines.map(({ machine, kinds }) => [
      machine,
      ...COVERAGE_KINDS.map(({ name }) => {
        const found = kinds.find(({ kind }) => kind === name);
        return found
          ? `${found.taken} of ${found.total} (${((100 * found.taken) / found.total).toFixed(0)} %)`
          : '-';
      }),
    ]),
    notes: machines.flatMap(({ machine, missed }) =>
      missed.length > 0 ? [`Never taken in ${machine}: ${missed.join(', ')}`] : [],
    ),
  };
}
