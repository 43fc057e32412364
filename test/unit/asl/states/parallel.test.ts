import { describe, expect, it } from 'vitest';
import { echo, failing, run, type Script, SERVICE, taskId } from '../scripted-world.ts';

const pass = (name: string, more: object = {}) => ({
  StartAt: name,
  States: { [name]: { Type: 'Pass', End: true, ...more } },
});
const fail = (name = 'Boom') => ({
  StartAt: name,
  States: { [name]: { Type: 'Fail', Error: 'MyError', Cause: 'my cause' } },
});
const task = (name: string) => ({
  StartAt: name,
  States: { [name]: { Type: 'Task', Resource: SERVICE, Parameters: { FunctionName: name }, End: true } },
});
const wait = (name: string, then: object) => ({
  StartAt: name,
  States: { [name]: { Type: 'Wait', Seconds: 1, Next: 'Then' }, Then: then },
});
const parallel = (Branches: object[], more: object = {}) => ({
  StartAt: 'P',
  States: { P: { Type: 'Parallel', Branches, End: true, ...more }, H: { Type: 'Pass', End: true } },
});
/** A machine without the handler that nobody reaches. */
const bare = (Branches: object[], more: object = {}) => ({
  StartAt: 'P',
  States: { P: { Type: 'Parallel', Branches, End: true, ...more } },
});
const CATCH = { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'H' }] };

describe('Parallel', () => {
  it('chains each branch from its start and goes on from the last event of the last branch', () => {
    const two = (name: string) => ({
      StartAt: `${name}1`,
      States: { [`${name}1`]: { Type: 'Pass', Next: `${name}2` }, [`${name}2`]: { Type: 'Pass', End: true } },
    });
    const world = run(bare([two('A'), two('B')]), { x: 1 });
    expect(world.chain).toEqual([
      'ExecutionStarted<-0',
      'ParallelStateEntered<-0',
      'ParallelStateStarted<-2',
      'PassStateEntered<-3',
      'PassStateExited<-4',
      'PassStateEntered<-3',
      'PassStateExited<-6',
      'PassStateEntered<-5',
      'PassStateExited<-8',
      'PassStateEntered<-7',
      'PassStateExited<-10',
      'ParallelStateSucceeded<-11',
      'ParallelStateExited<-11',
      'ExecutionSucceeded<-13',
    ]);
    expect(world.output).toEqual([{ x: 1 }, { x: 1 }]);
  });

  it('keeps outputs in the order of the branches, whoever ends first', () => {
    const slow = wait('Slow', { Type: 'Pass', Result: 'slow', End: true });
    expect(run(bare([slow, pass('Fast', { Result: 'fast' })])).output).toEqual(['slow', 'fast']);
  });

  it('fails with a Fail state of a branch', () => {
    const world = run(bare([fail()]));
    expect(world.chain.slice(3)).toEqual([
      'FailStateEntered<-3',
      'ParallelStateFailed<-4',
      'ExecutionFailed<-5',
    ]);
    expect(world.finish).toMatchObject({ error: 'MyError', cause: 'my cause' });
  });

  it('records nothing between a States.Runtime failure of a branch and ExecutionFailed', () => {
    const world = run(parallel([pass('Fast', { Parameters: { 'm.$': '$.nope' } })], CATCH), { x: 'a' });
    expect(world.chain).toEqual([
      'ExecutionStarted<-0',
      'ParallelStateEntered<-0',
      'ParallelStateStarted<-2',
      'PassStateEntered<-3',
      'ExecutionFailed<-4',
    ]);
    expect(world.finish).toMatchObject({
      error: 'States.Runtime',
      cause:
        "An error occurred while executing the state 'Fast' (entered at the event id #4). The JSONPath '$.nope' " +
        `specified for the field 'm.$' could not be found in the input '{"x":"a"}'`,
    });
  });

  it('records the Task that ended its branch as aborted, beside the chain', () => {
    const world = run(parallel([task('Send')], CATCH), {}, failing('Gone'));
    expect(world.chain.slice(3, 10)).toEqual([
      'TaskStateEntered<-3',
      'TaskScheduled<-4',
      'TaskStarted<-5',
      'TaskFailed<-6',
      'TaskStateAborted<-7',
      'ParallelStateFailed<-7',
      'ParallelStateExited<-9',
    ]);
    expect(world.output).toEqual({ Error: 'Gone', Cause: 'why' });
  });

  it('cuts the other branches: one ...StateAborted each, all pointing to the failing event', () => {
    const failLater = wait('Pause', { Type: 'Fail', Error: 'Boom' });
    const never: Script = () => undefined;
    const long = { StartAt: 'Long', States: { Long: { Type: 'Wait', Seconds: 20, End: true } } };
    const world = run(bare([task('T'), failLater, long, pass('Done')]), {}, never);
    const failing = world.event('FailStateEntered').id;
    expect(world.chain.slice(failing)).toEqual([
      `TaskStateAborted<-${failing}`,
      `WaitStateAborted<-${failing}`,
      `ParallelStateFailed<-${failing}`,
      `ExecutionFailed<-${failing + 3}`,
    ]);
    expect(world.effects.filter(({ kind }) => kind === 'cancelTask')).toHaveLength(1);
    expect(world.nowMs).toBe(1_001_000);
  });

  it('cuts nested states too', () => {
    const nested = {
      StartAt: 'Inner',
      States: { Inner: { Type: 'Parallel', Branches: [task('T')], End: true } },
    };
    const failLater = wait('Pause', { Type: 'Fail', Error: 'Boom' });
    const world = run(bare([nested, failLater]), {}, () => undefined);
    const failing = world.event('FailStateEntered').id;
    expect(world.chain.slice(failing, failing + 3)).toEqual([
      `ParallelStateAborted<-${failing}`,
      `TaskStateAborted<-${failing}`,
      `ParallelStateFailed<-${failing}`,
    ]);
  });

  it('starts again when retried, from the failing event', () => {
    const Retry = [{ ErrorEquals: ['States.ALL'], MaxAttempts: 1 }];
    expect(run(bare([fail()], { Retry })).chain.slice(2)).toEqual([
      'ParallelStateStarted<-2',
      'FailStateEntered<-3',
      'ParallelStateStarted<-4',
      'FailStateEntered<-5',
      'ParallelStateFailed<-6',
      'ExecutionFailed<-7',
    ]);
  });

  it('fails itself after its branches have succeeded', () => {
    const world = run(bare([pass('Ok')], { ResultSelector: { 'm.$': '$.nope' } }), { x: 'a' });
    expect(world.chain.slice(5)).toEqual(['ParallelStateSucceeded<-5', 'ExecutionFailed<-6']);
    expect(world.finish?.cause).toContain("executing the state 'P' (entered at the event id #2)");
  });

  it('shows the branches the outer variables and keeps theirs inside', () => {
    const world = run({
      StartAt: 'A',
      States: {
        A: { Type: 'Pass', Assign: { x: 1 }, Next: 'P' },
        P: {
          Type: 'Parallel',
          Branches: [pass('B', { Assign: { inner: 2 }, Parameters: { 'x.$': '$x' } })],
          End: true,
        },
      },
    });
    expect(world.output).toEqual([{ x: 1 }]);
    expect(world.event('PassStateExited', 1).details?.assignedVariables).toEqual({ inner: '2' });
    expect(world.execution.root.variables.all()).toEqual({ x: 1 });
  });

  it('fails by a Catcher that cannot be done, from before its own failure', () => {
    const Catch = [
      { ErrorEquals: ['Other'], Next: 'H' },
      { ErrorEquals: ['States.ALL'], Output: { v: '{% $states.input.missing %}' }, Next: 'H' },
    ];
    const world = run({ QueryLanguage: 'JSONata', ...parallel([fail()], { Catch }) }, { x: 'a' }, echo);
    expect(world.chain.slice(3)).toEqual([
      'FailStateEntered<-3',
      'ParallelStateFailed<-4',
      'EvaluationFailed<-4',
      'ParallelStateFailed<-6',
      'ExecutionFailed<-7',
    ]);
    expect(world.event('EvaluationFailed').details).toMatchObject({
      location: 'Catch[1]/Output/v',
      state: 'P',
    });
  });

  it('answers each task of each branch once', () => {
    const world = run(bare([task('A'), task('B')]), {}, (asked, nth) => [
      { afterMs: 10 - nth, event: { kind: 'taskSucceeded', taskId: taskId(asked), outputText: `${nth}` } },
    ]);
    expect(world.output).toEqual([0, 1]);
  });
});
