import { describe, expect, it } from 'vitest';
import { echo, initOf, programOf, type Script, ScriptedWorld, SERVICE, taskId } from './scripted-world.ts';

const TASK = { Type: 'Task', Resource: SERVICE, Parameters: { 'FunctionName.$': '$' }, End: true };
const PROCESSOR = { StartAt: 'T', States: { T: TASK } };

/** Tasks named in `broken` fail until they are mended. */
function broken(...names: string[]): { script: Script; mend(): void; asked: string[] } {
  const set = new Set(names);
  const asked: string[] = [];
  return {
    asked,
    mend: () => set.clear(),
    script: (ask, nth) => {
      const name = (ask as unknown as { parameters: { FunctionName: string } }).parameters.FunctionName;
      asked.push(name);
      if (!set.has(name)) return echo(ask, nth);
      return [{ afterMs: 5, event: { kind: 'taskFailed', taskId: taskId(ask), error: 'Broken' } }];
    },
  };
}

function failed(definition: object, input: unknown, script: Script): ScriptedWorld {
  const world = new ScriptedWorld(programOf(definition), initOf(input), script).run();
  expect(world.finish?.status).toBe('FAILED');
  return world;
}

describe('redrive', () => {
  it('takes the failed Task up from its StateEntered, without entering it again', () => {
    const lambda = broken('a');
    const world = failed(PROCESSOR, '"a"', lambda.script);
    const last = world.events.length;
    lambda.mend();
    world.feed({ kind: 'redrive', redriveCount: 1 });
    world.goOn();
    expect(world.chain.slice(last)).toEqual([
      `ExecutionRedriven<-${last}`,
      'TaskScheduled<-2',
      `TaskStarted<-${last + 2}`,
      `TaskSucceeded<-${last + 3}`,
      `TaskStateExited<-${last + 4}`,
      `ExecutionSucceeded<-${last + 5}`,
    ]);
    expect(world.event('ExecutionRedriven').details).toEqual({ redriveCount: 1 });
    expect(world.finish?.status).toBe('SUCCEEDED');
  });

  it('grants the attempts of Retry anew', () => {
    const lambda = broken('a');
    const Retry = [{ ErrorEquals: ['States.ALL'], MaxAttempts: 2 }];
    const world = failed({ StartAt: 'T', States: { T: { ...TASK, Retry } } }, '"a"', lambda.script);
    expect(lambda.asked).toHaveLength(3);
    world.feed({ kind: 'redrive', redriveCount: 1 });
    world.goOn();
    expect(lambda.asked).toHaveLength(6);
    expect(world.finish?.status).toBe('FAILED');
  });

  it('runs only the branches of a Parallel that had not succeeded', () => {
    const lambda = broken('b');
    const branch = (name: string) => ({
      StartAt: name,
      States: { [name]: { ...TASK, Parameters: { FunctionName: name } } },
    });
    const definition = {
      StartAt: 'P',
      States: { P: { Type: 'Parallel', Branches: [branch('a'), branch('b'), branch('c')], End: true } },
    };
    const world = failed(definition, {}, lambda.script);
    lambda.mend();
    lambda.asked.length = 0;
    world.feed({ kind: 'redrive', redriveCount: 1 });
    world.goOn();
    expect(lambda.asked).toEqual(['b']);
    expect(world.output).toEqual([{ FunctionName: 'a' }, { FunctionName: 'b' }, { FunctionName: 'c' }]);
    expect(world.events.filter(({ type }) => type === 'ParallelStateStarted')).toHaveLength(1);
  });

  it('keeps the iterations of an inline Map that had succeeded, within MaxConcurrency', () => {
    const lambda = broken('b', 'd');
    const definition = {
      StartAt: 'M',
      States: {
        M: {
          Type: 'Map',
          MaxConcurrency: 2,
          ToleratedFailureCount: 1,
          ItemProcessor: PROCESSOR,
          End: true,
        },
      },
    };
    const world = failed(definition, ['a', 'b', 'c', 'd', 'e', 'f'], lambda.script);
    const before = lambda.asked.length;
    lambda.mend();
    world.feed({ kind: 'redrive', redriveCount: 1 });
    world.goOn();
    expect(lambda.asked.slice(before).filter((name) => name === 'a' || name === 'c')).toEqual([]);
    expect(lambda.asked.slice(before)).toEqual(expect.arrayContaining(['b', 'd', 'f']));
    const names = (world.output as { FunctionName: string }[]).map(({ FunctionName }) => FunctionName);
    expect(names).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  });

  it('goes on after a stop and after a timeout, the timeout counted anew', () => {
    const definition = { TimeoutSeconds: 5, ...PROCESSOR };
    const world = new ScriptedWorld(programOf(definition), initOf('"a"')).run();
    expect(world.finish?.status).toBe('TIMED_OUT');
    world.feed({ kind: 'redrive', redriveCount: 1 });
    world.goOn(7_000);
    expect(world.execution.status).toBe('RUNNING');
    world.feed({ kind: 'stop' });
    expect(world.finish?.status).toBe('ABORTED');
    world.feed({ kind: 'redrive', redriveCount: 2 });
    expect(world.execution.status).toBe('RUNNING');
    expect(world.execution.redriveCount).toBe(2);
  });

  it('goes on with the same Map Run', () => {
    const definition = {
      StartAt: 'M',
      States: {
        M: {
          Type: 'Map',
          ItemProcessor: {
            ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
            ...PROCESSOR,
          },
          End: true,
        },
      },
    };
    const world = new ScriptedWorld(programOf(definition), initOf(['a']), (asked) =>
      asked.kind !== 'startMapRun' || asked.redriven
        ? undefined
        : [
            { event: { kind: 'mapRunStarted', mapId: asked.mapId, mapRunArn: 'arn' } },
            { event: { kind: 'mapRunFailed', mapId: asked.mapId, error: 'E', cause: 'c' } },
          ],
    ).run();
    expect(world.chain.slice(3)).toEqual([
      'MapRunStarted<-3',
      'MapRunFailed<-4',
      'MapStateFailed<-5',
      'ExecutionFailed<-6',
    ]);
    const [again] = world
      .feed({ kind: 'redrive', redriveCount: 1 })
      .filter(({ kind }) => kind === 'startMapRun');
    const first = world.effects.find(({ kind }) => kind === 'startMapRun');
    expect(again).toMatchObject({ redriven: true, mapId: (first as { mapId: number }).mapId });
    const { mapId } = again as { mapId: number };
    world.feed({ kind: 'mapRunStarted', mapId, mapRunArn: 'arn', redriveCount: 1 });
    world.feed({ kind: 'mapRunSucceeded', mapId, outputText: '["done"]' });
    expect(world.event('MapRunRedriven').details).toEqual({ mapRunArn: 'arn', redriveCount: 1 });
    expect(world.output).toEqual(['done']);
  });
});
