import { describe, expect, it } from 'vitest';
import { certainInvocations } from '../../../../harness/backends/evidence/certain-invocations.ts';
import type { ExecutionRecord, HistoryRecord } from '../../../../harness/record/run-record.ts';

/** A task of a state that ended well. */
function succeeded(state: string, firstId: number, resourceType = 'lambda'): HistoryRecord[] {
  return [
    {
      id: firstId,
      previousEventId: firstId - 1,
      timestampMs: 1,
      type: 'TaskStateEntered',
      stateEnteredEventDetails: { name: state },
    },
    {
      id: firstId + 1,
      previousEventId: firstId,
      timestampMs: 1,
      type: 'TaskSucceeded',
      taskSucceededEventDetails: { resourceType },
    },
  ];
}

const child = (status: string, history?: HistoryRecord[]) => ({
  executionArn: 'arn',
  mapRunArn: 'arn',
  status,
  startedAtMs: 1,
  ...(history ? { history } : {}),
});

function execution(change: Partial<ExecutionRecord>): ExecutionRecord {
  return {
    executionArn: 'arn',
    name: 'x',
    status: 'SUCCEEDED',
    startedAtMs: 1,
    input: {},
    definition: {
      States: { First: {}, Spread: { ItemProcessor: { States: { Each: { Type: 'Task' } } } }, Last: {} },
    },
    history: [...succeeded('First', 2), ...succeeded('Last', 4)],
    mapRuns: [],
    children: [child('SUCCEEDED'), child('FAILED'), child('SUCCEEDED', succeeded('Each', 2))],
    ...change,
  };
}

describe('certainInvocations', () => {
  it('counts tasks of Lambda that succeeded, and children by their end where nothing else is known', () => {
    expect(certainInvocations([execution({})])).toBe(4);
    expect(certainInvocations([execution({}), execution({})])).toBe(8);
  });

  it('counts no task of another service', () => {
    expect(certainInvocations([execution({ history: succeeded('First', 2, 's3'), children: [] })])).toBe(0);
  });

  it('counts functions that are states themselves', () => {
    const history = [{ id: 3, previousEventId: 2, timestampMs: 1, type: 'LambdaFunctionSucceeded' }];
    expect(certainInvocations([execution({ history, children: [] })])).toBe(1);
  });

  it('counts nothing that was mocked', () => {
    expect(certainInvocations([execution({})], ['Last'])).toBe(3);
    expect(certainInvocations([execution({})], ['Each'])).toBe(2);
    expect(certainInvocations([execution({})], ['First', 'Each', 'Last'])).toBe(0);
  });
});
