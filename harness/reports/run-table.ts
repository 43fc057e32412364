import type { RunOutcome } from '../scenario/outcome.ts';
import { type Figures, figuresOf } from './figures.ts';

/** One row per run: what it took and what it would cost on AWS. */
export interface RunTable {
  head: string[];
  rows: string[][];
  notes: string[];
}

interface Column {
  head: string;
  value(figures: Figures): string;
}

const column = (head: string, name: keyof Figures, render: (value: number) => string): Column => ({
  head,
  value: (figures) => {
    const value = figures[name];
    return value === undefined ? '-' : render(value);
  },
});

const whole = (value: number) => value.toLocaleString('en-US', { maximumFractionDigits: 0 });

const COLUMNS: readonly Column[] = [
  column('files', 'partitions', whole),
  column('duration', 'durationS', (s) => `${s.toFixed(1)} s`),
  column('batches', 'batches', whole),
  column('s/batch', 'secondsPerBatch', (s) => s.toFixed(3)),
  column('samples/s', 'samplesPerSecond', whole),
  column('Mbps', 'throughputMbps', (mbps) => mbps.toFixed(1)),
  column('CPU', 'cpuS', (s) => `${s.toFixed(2)} s`),
  column('peak memory', 'peakMemoryMB', (mb) => `${whole(mb)} MB`),
  column('GB-s', 'gbSeconds', (value) => value.toFixed(1)),
  column('cold', 'coldStarts', whole),
  column('AWS cost', 'costUSD', (usd) => `$${usd.toFixed(6)}`),
];

export function runTable(outcomes: readonly RunOutcome[]): RunTable | undefined {
  const judged = outcomes.filter((outcome) => outcome.record.invocations.length > 0);
  if (judged.length === 0) return undefined;
  return {
    head: ['run', ...COLUMNS.map((one) => one.head)],
    rows: judged.map((outcome) => {
      const figures = figuresOf(outcome.record);
      return [labelOf(outcome, judged), ...COLUMNS.map((one) => one.value(figures))];
    }),
    notes: [
      's/batch, samples/s, Mbps and CPU are means per worker; GB-s is what Lambda would bill for all functions; ' +
        'AWS cost is estimated from the durations measured on this machine at us-east-1 prices.',
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
    .map(([axis, value]) => (axis === 'partitionMB' ? `${value} MB` : `${axis} ${value}`))
    .join(', ');
  return several || own === '' ? `${outcome.scenario} ${own}`.trimEnd() : own;
}
