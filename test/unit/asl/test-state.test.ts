import { describe, expect, it } from 'vitest';
import { JsonText } from '../../../harness/asl/data/json-text.ts';
import type { Finish } from '../../../harness/asl/effects.ts';
import {
  createStateTest,
  findState,
  type Mocks,
  type StateTestOutcome,
  stateTestOutcome,
  testStep,
} from '../../../harness/asl/test-state.ts';
import { initOf, programOf, SERVICE } from './scripted-world.ts';

const PROGRAM = programOf({
  StartAt: 'T',
  States: {
    T: {
      Type: 'Task',
      Resource: SERVICE,
      Parameters: { FunctionName: 'f', 'Payload.$': '$.in' },
      ResultPath: '$.out',
      Retry: [{ ErrorEquals: ['Again'], IntervalSeconds: 2, BackoffRate: 3, MaxAttempts: 2 }],
      Catch: [{ ErrorEquals: ['Caught'], ResultPath: '$.error', Next: 'W' }],
      Next: 'W',
    },
    W: { Type: 'Wait', Seconds: 3600, Next: 'P' },
    P: {
      Type: 'Parallel',
      Branches: [
        { StartAt: 'Inner', States: { Inner: { Type: 'Pass', Parameters: { 'x.$': '$.no' }, End: true } } },
      ],
      End: true,
    },
  },
});

function outcome(name: string, mocks: Mocks, input: object = { in: 1 }): StateTestOutcome {
  const state = findState(PROGRAM, name);
  if (!state) throw new Error(name);
  const test = createStateTest(PROGRAM, state, initOf(input), mocks);
  const finish = testStep(test, { kind: 'start', atMs: 0 }).find(
    (effect): effect is Finish => effect.kind === 'finish',
  );
  if (!finish) throw new Error('not finished');
  return stateTestOutcome(test, finish);
}

describe('TestState', () => {
  it('shows each stage of a Task and where it would go next', () => {
    expect(outcome('T', { mockResult: new JsonText({ r: 2 }) })).toEqual({
      status: 'SUCCEEDED',
      output: '{"in":1,"out":{"r":2}}',
      nextState: 'W',
      inspectionData: {
        input: '{"in":1}',
        afterInputPath: '{"in":1}',
        afterParameters: '{"FunctionName":"f","Payload":1}',
        result: '{"r":2}',
        afterResultSelector: '{"r":2}',
        afterResultPath: '{"in":1,"out":{"r":2}}',
      },
    });
  });

  it('is retriable with the back-off of the next attempt until the attempts are used up', () => {
    const mockError = { error: 'Again', cause: 'c' };
    expect(outcome('T', { mockError, retrierRetryCount: 1 })).toMatchObject({
      status: 'RETRIABLE',
      error: 'Again',
      inspectionData: { errorDetails: { retryIndex: 0, retryBackoffIntervalSeconds: 6 } },
    });
    const spent = outcome('T', { mockError, retrierRetryCount: 2 });
    expect(spent.status).toBe('FAILED');
    expect(spent.inspectionData.errorDetails).toEqual({ retryIndex: 0 });
  });

  it('tells which Catcher caught', () => {
    expect(outcome('T', { mockError: { error: 'Caught', cause: 'c' } })).toMatchObject({
      status: 'CAUGHT_ERROR',
      error: 'Caught',
      cause: 'c',
      output: '{"in":1,"error":{"Error":"Caught","Cause":"c"}}',
      nextState: 'W',
      inspectionData: { errorDetails: { catchIndex: 0 } },
    });
  });

  it('asks for the work of a Task without a mock, and does not wait in Wait', () => {
    const state = findState(PROGRAM, 'T');
    if (!state) throw new Error('T');
    const test = createStateTest(PROGRAM, state, initOf({ in: 1 }));
    const [asked] = testStep(test, { kind: 'start', atMs: 0 });
    expect(asked).toMatchObject({ kind: 'invokeTask', resource: SERVICE });
    const effects = testStep(test, { kind: 'taskSucceeded', taskId: 1, outputText: '7', atMs: 1 });
    expect(effects).toEqual([{ kind: 'finish', status: 'SUCCEEDED', output: '{"in":1,"out":7}' }]);
    expect(outcome('W', {})).toMatchObject({ status: 'SUCCEEDED', nextState: 'P' });
  });

  it('finds nested states and says what is wrong without the place', () => {
    expect(outcome('Inner', {})).toMatchObject({
      status: 'FAILED',
      error: 'States.Runtime',
      cause: `The JSONPath '$.no' specified for the field 'x.$' could not be found in the input '{"in":1}'`,
    });
    expect(findState(PROGRAM, 'Nowhere')).toBeUndefined();
  });
});
