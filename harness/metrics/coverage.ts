import type { CoverageRecord, RunRecord } from '../record/run-record.ts';
import type { Metric } from './metric.ts';

export type CoverageKind = 'states' | 'transitions' | 'choices' | 'catchers' | 'retriers';

/** What of a machine can be taken, by the shape of the record's keys. */
export const COVERAGE_KINDS: readonly {
  name: CoverageKind;
  description: string;
  is: (key: string) => boolean;
}[] = [
  {
    name: 'states',
    description: 'States visited',
    is: (key) => /\/States\/[^/]+$/.test(key) && !key.includes(' -> '),
  },
  { name: 'transitions', description: 'Transitions taken', is: (key) => key.includes(' -> ') },
  {
    name: 'choices',
    description: 'Choice rules and defaults taken',
    is: (key) => /\/(?:Choices\[\d+\]|Default)$/.test(key),
  },
  { name: 'catchers', description: 'Catchers taken', is: (key) => /\/Catch\[\d+\]$/.test(key) },
  { name: 'retriers', description: 'Retriers taken', is: (key) => /\/Retry\[\d+\]$/.test(key) },
];

/** Machines that had an execution, or all where none had: one that this run never started is a matter of the suite. */
export function startedMachines(coverage: readonly CoverageRecord[]): readonly CoverageRecord[] {
  const started = coverage.filter(({ counts }) => Object.values(counts).some((count) => count > 0));
  return started.length > 0 ? started : coverage;
}

function shareTaken(coverage: readonly CoverageRecord[], is: (key: string) => boolean): number[] {
  const counts = startedMachines(coverage)
    .flatMap((machine) => Object.entries(machine.counts))
    .filter(([key]) => is(key));
  if (counts.length === 0) return [];
  return [(100 * counts.filter(([, count]) => count > 0).length) / counts.length];
}

/** Shares of the state machine that the run has taken; no value where there is nothing of the kind to take. */
export const coverageMetrics: readonly Metric[] = COVERAGE_KINDS.map(({ name, description, is }) => ({
  name: `coverage.${name}`,
  unit: '%',
  cardinality: 'one',
  clock: 'none',
  needs: ['coverage'],
  source: "the interpreter's own count",
  description: `${description}, as a share of all of the state machine`,
  values: (record: RunRecord) => shareTaken(record.coverage ?? [], is),
}));
