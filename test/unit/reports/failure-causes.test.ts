import { expect, it } from 'vitest';
import type { ChildRecord, InvocationRecord } from '../../../harness/record/run-record.ts';
import { describeCause, failureCauses } from '../../../harness/reports/failure-causes.ts';
import { sampleEvidence } from '../assertions/sample-record.ts';

const child = (rank: number, failed?: Partial<ChildRecord>): ChildRecord => ({
  executionArn: `arn:aws:states:us-east-1:000000000000:execution:m/Map:child-${rank}`,
  mapRunArn: 'arn:map',
  status: failed ? 'FAILED' : 'SUCCEEDED',
  startedAtMs: 0,
  ...failed,
});

const invocation = (requestId: string, failed?: Partial<InvocationRecord>): InvocationRecord => ({
  functionName: 'cosmicai-score',
  requestId,
  logStream: 's',
  endedAtMs: 0,
  durationMs: 1,
  billedDurationMs: 1,
  memorySizeMB: 128,
  maxMemoryUsedMB: 20,
  ...failed,
});

const log = (message: string) => ({
  logGroup: '/aws/lambda/cosmicai-score',
  logStream: 's',
  timestampMs: 0,
  message,
});

const VALUE_ERROR = {
  error: 'ValueError',
  cause: JSON.stringify({ errorMessage: 'no such item: 7', errorType: 'ValueError' }),
};

it('finds nothing in a run in which everything succeeded', () => {
  expect(failureCauses(sampleEvidence().record)).toEqual([]);
});

it('counts failures of one kind once, the root first, with the line that the function logged', () => {
  const { record } = sampleEvidence((run) => {
    run.executions[0]!.status = 'FAILED';
    run.executions[0]!.error = 'States.ExceedToleratedFailureThreshold';
    run.functions = { Score: 'cosmicai-score' };
    run.executions[0]!.children = [
      child(0),
      child(1, VALUE_ERROR),
      child(2, VALUE_ERROR),
      child(3, { error: 'States.Timeout', status: 'TIMED_OUT' }),
      child(4, { status: 'ABORTED' }),
    ];
    run.invocations = [
      invocation('a'),
      invocation('b', { status: 'error', errorType: 'ValueError' }),
      invocation('c', { status: 'error', errorType: 'KeyError' }),
      invocation('d', { status: 'error', errorType: 'KeyError' }),
    ];
    run.logs = [
      'START RequestId: b Version: $LATEST',
      'scoring item 7',
      '[ERROR] ValueError: no such item: 7\nTraceback (most recent call last):',
      'END RequestId: b',
      'REPORT RequestId: b\tDuration: 1 ms',
      'START RequestId: d Version: $LATEST',
      'about to look up 8',
      'REPORT RequestId: d\tDuration: 1 ms',
    ].map(log);
  });
  expect(failureCauses(record)).toEqual([
    {
      kind: 'child',
      name: 'child-1',
      error: 'ValueError',
      message: 'no such item: 7',
      count: 2,
    },
    { kind: 'child', name: 'child-3', error: 'States.Timeout', count: 1 },
    { kind: 'invocation', name: 'Score', error: 'KeyError', count: 2, logLine: 'about to look up 8' },
    expect.objectContaining({ kind: 'execution', error: 'States.ExceedToleratedFailureThreshold' }),
  ]);
});

it('names the state in which an execution failed', () => {
  const { record } = sampleEvidence((run) => {
    const execution = run.executions[0]!;
    Object.assign(execution, { status: 'FAILED', error: 'Custom', cause: 'x'.repeat(1_000) });
    execution.history = [
      { id: 1, previousEventId: 0, timestampMs: 0, type: 'ExecutionStarted' },
      {
        ...{ id: 2, previousEventId: 1, timestampMs: 0, type: 'TaskStateEntered' },
        stateEnteredEventDetails: { name: 'Load' },
      },
      { id: 3, previousEventId: 2, timestampMs: 0, type: 'TaskScheduled' },
      { id: 4, previousEventId: 3, timestampMs: 0, type: 'TaskFailed' },
      { id: 5, previousEventId: 4, timestampMs: 0, type: 'ExecutionFailed' },
    ];
  });
  const [cause] = failureCauses(record);
  expect(cause).toMatchObject({ kind: 'execution', state: 'Load', error: 'Custom' });
  expect(cause!.message!.length).toBeLessThanOrEqual(240);
});

it.each([
  [{ kind: 'execution', name: 'e', error: 'E', count: 1 }, 'execution e failed with E'],
  [{ kind: 'execution', name: 'e', error: 'E', count: 2 }, '2 executions failed with E'],
  [{ kind: 'child', name: 'c', state: 'S', error: 'E', count: 1 }, 'child c failed in S with E'],
  [
    { kind: 'child', name: 'c', state: 'S', error: 'E', message: 'm', count: 3 },
    '3 children failed in S with E: m',
  ],
  [{ kind: 'invocation', name: 'F', error: 'E', count: 1 }, 'an invocation of F failed with E'],
  [{ kind: 'invocation', name: 'F', error: 'E', count: 9 }, '9 invocations of F failed with E'],
] as const)('describes %j', (cause, text) => {
  expect(describeCause(cause)).toBe(text);
});
