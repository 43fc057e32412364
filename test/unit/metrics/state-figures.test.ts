import { describe, expect, it } from 'vitest';
import { judgeThresholds } from '../../../harness/assertions/thresholds.ts';
import {
  evaluateExpression,
  metricNeeds,
  metricsOf,
  resolveExpression,
} from '../../../harness/metrics/index.ts';
import type { HistoryRecord, RunRecord } from '../../../harness/record/run-record.ts';
import { sampleEvidence } from '../assertions/sample-record.ts';

const DEFINITION = {
  States: {
    Initialize: { Type: 'Task' },
    Spread: { Type: 'Map', ItemProcessor: { States: { 'Model Inference': { Type: 'Task' } } } },
  },
};

/** A stay in a state of so many attempts. */
function stay(name: string, fromMs: number, toMs: number, attempts = 1): HistoryRecord[] {
  const entered = { type: 'TaskStateEntered', stateEnteredEventDetails: { name } };
  const exited = { type: 'TaskStateExited', stateExitedEventDetails: { name } };
  const scheduled = Array.from({ length: attempts }, () => ({ type: 'TaskScheduled' }));
  return [entered, ...scheduled, exited].map((event, index, { length }) => ({
    id: index + 2,
    previousEventId: index + 1,
    timestampMs: index === length - 1 ? toMs : fromMs,
    ...event,
  }));
}

function told(record: RunRecord) {
  const [execution] = record.executions;
  execution!.definition = DEFINITION;
  execution!.history = stay('Initialize', 0, 500);
  execution!.children[0]!.history = stay('Model Inference', 1000, 3000);
  execution!.children[1]!.history = stay('Model Inference', 1000, 5000, 3);
}

function value(text: string, change = told): number | undefined {
  return evaluateExpression(resolveExpression(text), sampleEvidence(change).record);
}

describe('metrics of a state', () => {
  it.each([
    ['max(state.Initialize.duration)', 0.5],
    ['mean(state."Model Inference".duration)', 3],
    ['p50( state."Model Inference".duration )', 3],
    ['state."Model Inference".visits', 2],
    ['state."Model Inference".retries', 2],
    ['state."Initialize".visits', 1],
    ['state.Initialize.retries', 0],
  ])('%s', (text, expected) => expect(value(text)).toBe(expected));

  it('count no stay that was never left', () => {
    const open = (record: RunRecord) => {
      told(record);
      record.executions[0]!.history.pop();
    };
    expect(value('count(state.Initialize.duration)', open)).toBeUndefined();
    expect(value('state.Initialize.visits', open)).toBe(1);
  });

  it('have no values where histories of children are missing, but of states outside the Map', () => {
    const partial = (record: RunRecord) => {
      told(record);
      delete record.executions[0]!.children[1]!.history;
    };
    expect(value('state."Model Inference".visits', partial)).toBeUndefined();
    expect(value('state.Initialize.visits', partial)).toBe(1);
  });

  it('need histories of children for states within the Map alone', () => {
    const { record } = sampleEvidence(told);
    const needs = (text: string) => metricNeeds(resolveExpression(text).definition, record);
    expect(needs('state."Model Inference".visits')).toEqual(['child-histories']);
    expect(needs('state.Initialize.visits')).toEqual([]);
  });

  it('are judged as thresholds, with their unit', () => {
    const verdicts = judgeThresholds(
      { 'max(state."Model Inference".duration)': { lt: '3 s' }, 'state.Initialize.visits': { eq: 1 } },
      sampleEvidence(told),
    );
    expect(verdicts.map(({ outcome, actual }) => [outcome, actual])).toEqual([
      ['failed', '4 s'],
      ['passed', '1'],
    ]);
  });

  it('stand among the metrics of a run, under names that can be read back', () => {
    const { record } = sampleEvidence(told);
    const names = metricsOf(record)
      .map(({ name }) => name)
      .filter((name) => name.startsWith('state.'));
    expect(names).toHaveLength(9);
    for (const name of names) expect(() => resolveExpression(`max(${name})`)).not.toThrow();
  });

  it.each([
    ['state.Initialize.duratoin', /duration, visits, retries; did you mean "duration"/],
    ['state.Model Inference.duration', /is too much/],
    ['state."".visits', /is too much/],
    ['state.Initialize', /of a state there are/],
    ['state.Initialize.duration', /needs an aggregate/],
    ['state', /is no metric/],
  ])('%s is refused', (text, message) => expect(() => resolveExpression(text)).toThrow(message));
});
