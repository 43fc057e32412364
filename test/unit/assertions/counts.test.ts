import { describe, expect, it } from 'vitest';
import { invocations } from '../../../harness/assertions/invocations.ts';
import { logs } from '../../../harness/assertions/logs.ts';
import { states } from '../../../harness/assertions/states.ts';
import type { HistoryRecord, RunRecord } from '../../../harness/record/run-record.ts';
import { sampleEvidence } from './sample-record.ts';

const outcomes = (verdicts: { name: string; outcome: string; actual: string }[]) =>
  verdicts.map(({ name, outcome, actual }) => [name, outcome, actual]);

describe('expect.invocations', () => {
  const judge = (expected: unknown, change?: (record: RunRecord) => void) =>
    outcomes(invocations.evaluate(invocations.schema.parse(expected), sampleEvidence(change)));

  it('counts invocations, errors and cold starts of each function', () => {
    expect(judge({ inference: { count: 2, coldStarts: 1, errors: 0 }, init: { count: { gt: 1 } } })).toEqual([
      ['invocations of inference', 'passed', '2'],
      ['errors of inference', 'passed', '0'],
      ['coldStarts of inference', 'passed', '1'],
      ['invocations of init', 'failed', '1'],
    ]);
    expect(
      judge({ inference: { errors: 0 } }, (record) => {
        record.invocations[1]!.status = 'timeout';
      }),
    ).toEqual([['errors of inference', 'failed', '1']]);
  });
});

describe('expect.logs', () => {
  const change = (record: RunRecord) => {
    record.logs = [
      { logGroup: '/aws/lambda/cosmicai-init', logStream: 's', timestampMs: 1, message: 'jobs written\n' },
      { logGroup: '/aws/lambda/cosmicai-inference', logStream: 's', timestampMs: 1, message: 'rank 1 done' },
      { logGroup: '/aws/lambda/cosmicai-inference', logStream: 's', timestampMs: 1, message: 'rank 2 done' },
    ];
  };
  it.each([
    [[{ contains: 'done' }], 'passed'],
    [[{ contains: 'done', count: 2 }], 'passed'],
    [[{ matches: 'rank \\d', function: 'inference', count: { lt: 2 } }], 'failed'],
    [[{ contains: 'done', function: 'init' }], 'failed'],
    [[{ contains: 'ERROR', count: 0 }], 'passed'],
  ])('%j: %s', (expected, outcome) => {
    expect(logs.evaluate(logs.schema.parse(expected), sampleEvidence(change))[0]!.outcome).toBe(outcome);
  });
});

describe('expect.states retries', () => {
  const events = (attempts: number): HistoryRecord[] => {
    const list: HistoryRecord[] = [
      { id: 1, previousEventId: 0, timestampMs: 0, type: 'ExecutionStarted' },
      {
        id: 2,
        previousEventId: 0,
        timestampMs: 0,
        type: 'TaskStateEntered',
        stateEnteredEventDetails: { name: 'A' },
      },
    ];
    for (let attempt = 0; attempt < attempts; attempt++) {
      const id = list.length + 1;
      list.push(
        { id, previousEventId: id - 1, timestampMs: 0, type: 'TaskScheduled' },
        { id: id + 1, previousEventId: id, timestampMs: 0, type: 'TaskFailed' },
      );
    }
    return list;
  };
  it.each([
    [1, 0],
    [4, 3],
  ])('%i attempts of one visit are %i retries', (attempts, retries) => {
    const evidence = sampleEvidence(({ executions: [execution] }) => {
      execution!.history = events(attempts);
      execution!.children = [];
    });
    expect(outcomes(states.evaluate({ A: { retries } }, evidence))).toEqual([
      ['retries of state A', 'passed', `${retries} (${attempts} attempts in 1 visits)`],
    ]);
    expect(states.evaluate({ A: { retries: retries + 1 } }, evidence)[0]!.outcome).toBe('failed');
  });
});
