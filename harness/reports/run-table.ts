import type { RunOutcome } from '../scenario/outcome.ts';
import { type Figures, figuresOf } from './figures.ts';
import { type PackColumn, sectionsOf } from './pack-sections.ts';

/** One row per run: what it took and what it would cost on AWS. */
export interface RunTable {
  head: string[];
  rows: string[][];
  notes: string[];
}

type Column = Pick<PackColumn, 'head' | 'value'>;

const column = (head: string, name: keyof Figures, render: (value: number) => string): Column => ({
  head,
  value: (record) => {
    const value = figuresOf(record)[name];
    return value === undefined ? '-' : render(value);
  },
});

const whole = (value: number) => value.toLocaleString('en-US', { maximumFractionDigits: 0 });

const GENERIC: readonly Column[] = [
  column('duration', 'durationS', (s) => `${s.toFixed(1)} s`),
  column('peak memory', 'peakMemoryMB', (mb) => `${whole(mb)} MB`),
  column('GB-s', 'gbSeconds', (value) => value.toFixed(1)),
  column('cold', 'coldStarts', whole),
  column('AWS cost', 'costUSD', (usd) => `$${usd.toFixed(6)}`),
];

/** Generic columns with those of packs among them. */
function columnsOf(added: readonly PackColumn[]): Column[] {
  const all = [...GENERIC];
  for (const one of added) {
    const same = all.findIndex(({ head }) => head === one.head);
    const before = all.findIndex(({ head }) => head === one.before);
    if (same !== -1) all[same] = one;
    else all.splice(before === -1 ? all.length : before, 0, one);
  }
  return all;
}

export function runTable(outcomes: readonly RunOutcome[]): RunTable | undefined {
  const judged = outcomes.filter((outcome) => outcome.record.invocations.length > 0);
  if (judged.length === 0) return undefined;
  const sections = sectionsOf(judged);
  const columns = columnsOf(sections.flatMap((one) => one.columns));
  return {
    head: ['run', ...columns.map((one) => one.head)],
    rows: judged.map((outcome) => [
      labelOf(outcome, judged),
      ...columns.map((one) => one.value(outcome.record)),
    ]),
    notes: [
      [
        ...sections.flatMap((one) => one.columnsNote ?? []),
        'GB-s is what Lambda would bill for all functions',
        'AWS cost is estimated from the durations and cold starts of this run at us-east-1 prices',
      ].join('; '),
    ],
  };
}

/** The axes that tell the runs apart; the scenario's name where there are several; a number for equal ones. */
export function labelOf(outcome: RunOutcome, all: readonly RunOutcome[]): string {
  const label = ownLabel(outcome, all);
  const equal = all.filter((one) => one === outcome || ownLabel(one, all) === label);
  if (equal.length === 1) return label;
  // Repeats of several calls may have the same number.
  const isTold = new Set(equal.map((one) => one.repeat)).size === equal.length;
  return `${label} #${(isTold ? outcome.repeat : undefined) ?? equal.indexOf(outcome) + 1}`;
}

function ownLabel(outcome: RunOutcome, all: readonly RunOutcome[]): string {
  const several = new Set(all.map((one) => one.scenario)).size > 1;
  const own = Object.entries(outcome.cell)
    .filter(([axis, value]) => all.some((one) => one.cell[axis] !== value))
    .map(([axis, value]) => (/[a-z]MB$/.test(axis) ? `${value} MB` : `${axis} ${value}`))
    .join(', ');
  return several || own === '' ? `${outcome.scenario} ${own}`.trimEnd() : own;
}
