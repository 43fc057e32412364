import { describe, expect, it } from 'vitest';
import { limitsOf } from '../../../harness/core/limits.ts';
import { echo, initOf, programOf, run, ScriptedWorld, SERVICE, single } from './scripted-world.ts';

const WAIT = single(
  { Type: 'Wait', Seconds: 60, End: undefined, Next: 'P' },
  { P: { Type: 'Pass', End: true } },
);

describe('step', () => {
  it('runs a machine from start to end', () => {
    const world = run(single({ Type: 'Pass' }), { a: 1 });
    expect(world.chain).toEqual([
      'ExecutionStarted<-0',
      'PassStateEntered<-0',
      'PassStateExited<-2',
      'ExecutionSucceeded<-3',
    ]);
    expect(world.events.map(({ id }) => id)).toEqual([1, 2, 3, 4]);
    expect(world.finish).toEqual({ kind: 'finish', status: 'SUCCEEDED', output: '{"a":1}' });
  });

  it('hands an untouched input on verbatim', () => {
    const world = run(single({ Type: 'Pass' }), '{ "a" :1.0 }');
    expect(world.finish?.output).toBe('{ "a" :1.0 }');
    expect(world.event('PassStateEntered').details?.input).toBe('{ "a" :1.0 }');
  });

  it('stops with ExecutionAborted pointing to 0, and calls everything off', () => {
    const world = new ScriptedWorld(programOf(WAIT), initOf({})).run(0);
    const effects = world.feed({ kind: 'stop', error: 'E', cause: 'because' });
    expect(world.event('ExecutionAborted')).toMatchObject({
      previousEventId: 0,
      details: { error: 'E', cause: 'because' },
    });
    expect(effects.map(({ kind }) => kind)).toEqual(['record', 'cancelTimer', 'finish']);
    expect(world.finish).toMatchObject({ status: 'ABORTED', error: 'E', cause: 'because' });
    expect(world.execution.open.size).toBe(0);
  });

  it('times the machine out without error or cause', () => {
    const world = run({ ...WAIT, TimeoutSeconds: 5 });
    expect(world.event('ExecutionTimedOut')).toMatchObject({ previousEventId: 0, details: {} });
    expect(world.finish).toEqual({ kind: 'finish', status: 'TIMED_OUT' });
    expect(world.nowMs).toBe(1_005_000);
  });

  it('ends an Express execution after five minutes', () => {
    const definition = single({ Type: 'Wait', Seconds: 301 });
    const world = new ScriptedWorld(programOf(definition, 'EXPRESS'), initOf({})).run();
    expect(world.finish?.status).toBe('TIMED_OUT');
    expect(world.nowMs).toBe(1_300_000);
  });

  it('ignores what comes too late or was never asked for', () => {
    const world = run(
      single({ Type: 'Task', Resource: SERVICE, Parameters: { FunctionName: 'f' } }),
      {},
      echo,
    );
    const before = structuredClone(world.events);
    expect(world.feed({ kind: 'taskSucceeded', taskId: 1, outputText: '{}' })).toEqual([]);
    expect(world.feed({ kind: 'timer', timerId: 99 })).toEqual([]);
    expect(world.feed({ kind: 'start' })).toEqual([]);
    expect(world.feed({ kind: 'stop' })).toEqual([]);
    expect(world.feed({ kind: 'redrive', redriveCount: 1 })).toEqual([]);
    expect(world.events).toEqual(before);
  });

  it('yields when its transitions are used up and goes on when resumed', () => {
    const world = new ScriptedWorld(
      programOf({
        StartAt: 'A',
        States: {
          A: { Type: 'Pass', Next: 'B' },
          B: { Type: 'Pass', Next: 'C' },
          C: { Type: 'Pass', End: true },
        },
      }),
      initOf({}, { maxTransitionsPerStep: 2 }),
    );
    const first = world.feed({ kind: 'start' });
    expect(first.at(-1)).toEqual({ kind: 'yield', transitions: 2 });
    expect(world.execution.transitions).toBe(2);
    world.feed({ kind: 'resume' });
    expect(world.finish?.status).toBe('SUCCEEDED');
  });

  it('fails an execution at its 25,000th event', () => {
    const loop = {
      StartAt: 'A',
      States: {
        A: { Type: 'Pass', Next: 'B' },
        B: { Type: 'Choice', Choices: [{ Variable: '$.never', IsPresent: true, Next: 'C' }], Default: 'A' },
        C: { Type: 'Succeed' },
      },
    };
    const world = run(loop, {}, undefined, { limits: limitsOf('aws-default', { sfnHistoryEvents: 100 }) });
    expect(world.events).toHaveLength(100);
    expect(world.events.at(-1)).toMatchObject({
      id: 100,
      previousEventId: 99,
      type: 'ExecutionFailed',
      details: {
        error: 'States.Runtime',
        cause: 'The execution reached the maximum number of history events (100).',
      },
    });
  });

  it('refuses a state output beyond the payload quota, and no Catch stops it', () => {
    const definition = single(
      {
        Type: 'Parallel',
        Branches: [{ StartAt: 'B', States: { B: { Type: 'Pass', Result: 'x'.repeat(300_000), End: true } } }],
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'H' }],
      },
      { H: { Type: 'Pass', End: true } },
    );
    expect(run(definition).finish).toEqual({
      kind: 'finish',
      status: 'FAILED',
      error: 'States.DataLimitExceeded',
      cause:
        "The state/task 'B' returned a result with a size exceeding the maximum number of bytes service limit.",
    });
  });

  it('counts bytes, not characters, against the payload quota', () => {
    const definition = single({ Type: 'Pass', Result: 'é'.repeat(140_000) });
    expect(run(definition).finish?.error).toBe('States.DataLimitExceeded');
  });
});
