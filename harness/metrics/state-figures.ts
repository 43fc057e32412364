/** Figures of one state, named in the metric: `state.Enrich.duration`, `state."Save all".visits`. */
import { lacksHistories } from '../record/child-histories.ts';
import { mapStatesOf } from '../record/definition-states.ts';
import type { HistoryRecord, RunRecord } from '../record/run-record.ts';
import { attemptsByState, stateVisits, visitsByState } from '../record/state-names.ts';
import type { Metric } from './metric.ts';

interface StateFigure {
  unit: string;
  cardinality: Metric['cardinality'];
  clock: Metric['clock'];
  source: string;
  describe(state: string): string;
  /** `histories`: of the executions and of all their children. */
  values(state: string, histories: readonly HistoryRecord[][]): number[];
}

const FIGURES: Readonly<Record<string, StateFigure>> = {
  duration: {
    unit: 's',
    cardinality: 'many',
    clock: 'step-functions',
    source: 'timestamps of the StateEntered and StateExited events',
    describe: (state) => `Stays in the state ${state}, retries and waits included; those it was left from`,
    values: (state, histories) =>
      histories
        .flatMap(stateVisits)
        .filter((visit) => visit.state === state && visit.exitedAtMs !== undefined)
        .map((visit) => (visit.exitedAtMs! - visit.enteredAtMs) / 1000),
  },
  visits: {
    unit: '',
    cardinality: 'one',
    clock: 'none',
    source: 'StateEntered events',
    describe: (state) => `How often the state ${state} was entered`,
    values: (state, histories) => [sumOf(visitsByState, state, histories)],
  },
  retries: {
    unit: '',
    cardinality: 'one',
    clock: 'none',
    source: 'StateEntered and scheduled events',
    describe: (state) => `How often the task of ${state} was tried again`,
    values: (state, histories) => [
      Math.max(0, sumOf(attemptsByState, state, histories) - sumOf(visitsByState, state, histories)),
    ],
  },
};

/** The figures there are of a state. */
export const stateFigures: readonly string[] = Object.keys(FIGURES);

/** One figure of one state as a metric. */
export function stateMetric(state: string, figure: string, name: string): Metric {
  const { unit, cardinality, clock, source, describe, values } = FIGURES[figure]!;
  return {
    name,
    unit,
    cardinality,
    clock,
    source: `${source}, in the histories of the executions and of the Map's children`,
    description: describe(state),
    // A state within a Distributed Map shows in the histories of its children alone.
    needsOf: ({ executions }) =>
      executions.some(({ definition }) => mapStatesOf(definition).has(state)) ? ['child-histories'] : [],
    values(record) {
      const histories = historiesOf(state, record);
      return histories ? values(state, histories) : [];
    },
  };
}

/** How the reference lists them; STATE stands for a name. */
export const documentedStateMetrics: readonly Metric[] = stateFigures.map((figure) =>
  stateMetric('STATE', figure, `state.STATE.${figure}`),
);

/** All histories; undefined where some that would tell of the state were not collected. */
function historiesOf(state: string, { executions }: RunRecord): HistoryRecord[][] | undefined {
  const histories: HistoryRecord[][] = [];
  for (const execution of executions) {
    if (lacksHistories(state, execution)) return undefined;
    histories.push([...execution.history]);
    for (const { history } of execution.children) if (history) histories.push(history);
  }
  return histories;
}

type Count = (history: readonly HistoryRecord[]) => ReadonlyMap<string, number>;

function sumOf(count: Count, state: string, histories: readonly HistoryRecord[][]): number {
  return histories.reduce((sum, history) => sum + (count(history).get(state) ?? 0), 0);
}
