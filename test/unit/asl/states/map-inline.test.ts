import { describe, expect, it } from 'vitest';
import { echo, run, type Script, SERVICE, taskId } from '../scripted-world.ts';

const PASS = { StartAt: 'I', States: { I: { Type: 'Pass', End: true } } };
const TASK = {
  StartAt: 'T',
  States: { T: { Type: 'Task', Resource: SERVICE, Parameters: { 'FunctionName.$': '$' }, End: true } },
};
const map = (ItemProcessor: object, more: object = {}, rest: object = {}) => ({
  StartAt: 'M',
  States: { M: { Type: 'Map', ItemProcessor, End: true, ...more }, ...rest },
});
/** Fails for `fail`, waits for `wait`, passes else. */
const ROUTES = {
  StartAt: 'Route',
  States: {
    Route: {
      Type: 'Choice',
      Choices: [
        { Variable: '$', StringEquals: 'fail', Next: 'Pause' },
        { Variable: '$', StringEquals: 'wait', Next: 'Long' },
      ],
      Default: 'Done',
    },
    Pause: { Type: 'Wait', Seconds: 1, Next: 'Boom' },
    Boom: { Type: 'Fail', Error: 'Boom', Cause: 'sibling failed' },
    Long: { Type: 'Wait', Seconds: 20, End: true },
    Done: { Type: 'Pass', End: true },
  },
};

describe('inline Map', () => {
  it('passes MapIterationSucceeded over when it runs one iteration at a time', () => {
    const world = run(map(PASS, { MaxConcurrency: 1 }), [1, 2]);
    expect(world.chain).toEqual([
      'ExecutionStarted<-0',
      'MapStateEntered<-0',
      'MapStateStarted<-2',
      'MapIterationStarted<-3',
      'PassStateEntered<-4',
      'PassStateExited<-5',
      'MapIterationSucceeded<-6',
      'MapIterationStarted<-6',
      'PassStateEntered<-8',
      'PassStateExited<-9',
      'MapIterationSucceeded<-10',
      'MapStateSucceeded<-11',
      'MapStateExited<-11',
      'ExecutionSucceeded<-13',
    ]);
    expect(world.event('MapIterationStarted', 1).details).toEqual({ name: 'M', index: 1 });
    expect(world.event('MapStateStarted').details).toEqual({ length: 2 });
  });

  it('starts all iterations from MapStateStarted when they run at once', () => {
    const world = run(map(TASK), ['a', 'b', 'c'], echo);
    const starts = world.events.filter(({ type }) => type === 'MapIterationStarted');
    expect(starts.map(({ previousEventId }) => previousEventId)).toEqual([3, 3, 3]);
    expect(world.output).toEqual([{ FunctionName: 'a' }, { FunctionName: 'b' }, { FunctionName: 'c' }]);
  });

  it('exits from MapStateStarted when there is nothing to do', () => {
    expect(run(map(PASS), []).chain.slice(2)).toEqual([
      'MapStateStarted<-2',
      'MapStateSucceeded<-3',
      'MapStateExited<-3',
      'ExecutionSucceeded<-5',
    ]);
  });

  it('never runs more than 40 iterations, whatever MaxConcurrency says', () => {
    let running = 0;
    let most = 0;
    const script: Script = (asked) => {
      most = Math.max(most, ++running);
      return [{ afterMs: 10, event: { kind: 'taskSucceeded', taskId: taskId(asked), outputText: '0' } }];
    };
    const counting: Script = (asked, nth) => {
      if (nth % 40 === 0) running = 0;
      return script(asked, nth);
    };
    run(
      map(TASK, { MaxConcurrency: 100 }),
      Array.from({ length: 120 }, (_, i) => `f${i}`),
      counting,
    );
    expect(most).toBe(40);
  });

  it('shows ItemSelector the item, its index and the whole input', () => {
    const ItemSelector = {
      'all.$': '$.list',
      'index.$': '$$.Map.Item.Index',
      'value.$': '$$.Map.Item.Value',
    };
    const world = run(map(PASS, { ItemsPath: '$.list', ItemSelector }), { list: ['a', 'b'] });
    expect(world.output).toEqual([
      { all: ['a', 'b'], index: 0, value: 'a' },
      { all: ['a', 'b'], index: 1, value: 'b' },
    ]);
  });

  it('lets the states of an iteration see its item, nested ones the nearest', () => {
    const inner = {
      StartAt: 'I',
      States: { I: { Type: 'Pass', Parameters: { 'item.$': '$$.Map.Item.Value' }, End: true } },
    };
    const outer = {
      StartAt: 'N',
      States: { N: { Type: 'Map', ItemProcessor: inner, End: true } },
    };
    expect(run(map(outer), [[1], [2, 3]]).output).toEqual([[{ item: 1 }], [{ item: 2 }, { item: 3 }]]);
  });

  it('fails with an iteration, cutting the others: MapIterationAborted, then their state', () => {
    const world = run(map(ROUTES), ['wait', 'fail', 'done']);
    const failing = world.event('FailStateEntered').id;
    expect(world.chain.slice(failing)).toEqual([
      `MapIterationAborted<-${failing}`,
      `WaitStateAborted<-${failing}`,
      `MapIterationFailed<-${failing}`,
      `MapStateFailed<-${failing}`,
      `ExecutionFailed<-${failing + 4}`,
    ]);
    expect(world.event('MapIterationAborted').details).toEqual({ name: 'M', index: 0 });
    expect(world.event('MapIterationFailed').details).toEqual({ name: 'M', index: 1 });
    expect(world.finish).toMatchObject({ error: 'Boom', cause: 'sibling failed' });
  });

  it('exits by a Catcher from MapStateFailed', () => {
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'H' }];
    const world = run(map(ROUTES, { Catch }, { H: { Type: 'Pass', End: true } }), ['fail']);
    const failed = world.event('MapStateFailed').id;
    expect(world.event('MapStateExited').previousEventId).toBe(failed);
    expect(world.output).toEqual({ Error: 'Boom', Cause: 'sibling failed' });
  });

  it('starts anew when retried, with no second MapStateEntered', () => {
    const Retry = [{ ErrorEquals: ['States.ALL'], MaxAttempts: 1 }];
    const world = run(map(ROUTES, { Retry }), ['fail']);
    const types = world.events.map(({ type }) => type);
    expect(types.filter((type) => type === 'MapStateEntered')).toHaveLength(1);
    expect(types.filter((type) => type === 'MapStateStarted')).toHaveLength(2);
    expect(world.event('MapStateStarted', 1).previousEventId).toBe(world.event('FailStateEntered').id);
  });

  it('bears with as many failed iterations as it tolerates', () => {
    const world = run(map(ROUTES, { ToleratedFailureCount: 1 }), ['fail', 'x', 'y']);
    expect(world.output).toEqual(['x', 'y']);
    const worse = run(map(ROUTES, { ToleratedFailureCount: 1 }), ['fail', 'x', 'fail']);
    expect(worse.finish).toEqual({
      kind: 'finish',
      status: 'FAILED',
      error: 'States.ExceedToleratedFailureThreshold',
      cause: 'The specified tolerated failure threshold was exceeded',
    });
  });

  it('counts a States.Runtime failure against the tolerance, without MapIterationFailed', () => {
    const wrong = { StartAt: 'I', States: { I: { Type: 'Pass', Parameters: { 'x.$': '$.x' }, End: true } } };
    const one = run(map(wrong, { ToleratedFailureCount: 1 }), [{ x: 1 }, {}]);
    expect(one.output).toEqual([{ x: 1 }]);
    const none = run(map(wrong, { ToleratedFailureCount: 0 }), [{}]);
    expect(none.chain.slice(3)).toEqual([
      'MapIterationStarted<-3',
      'PassStateEntered<-4',
      'MapStateFailed<-5',
      'ExecutionFailed<-6',
    ]);
    expect(none.finish?.error).toBe('States.ExceedToleratedFailureThreshold');
  });

  it('fails before MapStateStarted when its items are none', () => {
    const world = run(map(PASS, { ItemsPath: '$.no' }), { no: 1 });
    expect(world.chain).toEqual(['ExecutionStarted<-0', 'MapStateEntered<-0', 'ExecutionFailed<-2']);
    expect(world.finish?.cause).toContain('Reference path "$.no" must point to array.');
  });

  it('fails as a whole when ItemSelector does, cutting what runs', () => {
    const definition = {
      QueryLanguage: 'JSONata',
      ...map(
        { StartAt: 'L', States: { L: { Type: 'Wait', Seconds: 9, End: true } } },
        { ItemSelector: { v: '{% $states.context.Map.Item.Value.v %}' } },
      ),
    };
    const world = run(definition, [{ v: 1 }, {}]);
    expect(world.finish?.error).toBe('States.QueryEvaluationError');
    expect(world.events.map(({ type }) => type)).toEqual([
      'ExecutionStarted',
      'MapStateEntered',
      'MapStateStarted',
      'MapIterationStarted',
      'EvaluationFailed',
      'MapIterationAborted',
      'MapStateFailed',
      'ExecutionFailed',
    ]);
  });
});
