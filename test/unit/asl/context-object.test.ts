import { describe, expect, it } from 'vitest';
import { initOf, programOf, run, ScriptedWorld, single } from './scripted-world.ts';

const CONTEXT = { Type: 'Pass', Parameters: { 'c.$': '$$' } };

function contextOf(definition: object, input: unknown = { in: 1 }): { [member: string]: unknown } {
  return (run(definition, input).output as { c: { [member: string]: unknown } }).c;
}

describe('context object', () => {
  it('holds execution, machine and state', () => {
    expect(contextOf(single(CONTEXT))).toEqual({
      Execution: {
        Id: 'arn:aws:states:us-east-1:123456789012:execution:machine:run',
        Input: { in: 1 },
        StartTime: '1970-01-01T00:16:40.000Z',
        Name: 'run',
        RoleArn: 'arn:aws:iam::123456789012:role/states',
        RedriveCount: 0,
      },
      StateMachine: { Id: 'arn:aws:states:us-east-1:123456789012:stateMachine:machine', Name: 'machine' },
      State: { Name: 'S', EnteredTime: '1970-01-01T00:16:40.000Z' },
    });
  });

  it('has no RedriveCount where StartSyncExecution waits for the end', () => {
    const program = programOf(single(CONTEXT), 'EXPRESS');
    const world = new ScriptedWorld(program, initOf({}, { synchronous: true })).run();
    expect((world.output as { c: { Execution: object } }).c.Execution).not.toHaveProperty('RedriveCount');
  });

  it('has RedriveCount 0 in an asynchronous Express execution', () => {
    const world = new ScriptedWorld(programOf(single(CONTEXT), 'EXPRESS'), initOf({})).run();
    expect(world.output).toMatchObject({ c: { Execution: { RedriveCount: 0 } } });
  });

  it('shows iterations their item, also to the branches inside them', () => {
    const branch = { StartAt: 'B', States: { B: { ...CONTEXT, End: true } } };
    const world = run(
      single({
        Type: 'Map',
        ItemProcessor: {
          StartAt: 'P',
          States: { P: { Type: 'Parallel', Branches: [branch], End: true } },
        },
      }),
      ['x'],
    );
    expect(world.output).toMatchObject([[{ c: { Map: { Item: { Index: 0, Value: 'x' } } } }]]);
  });

  it('is what a test gives, if it gives one', () => {
    const init = initOf({}, { context: { Execution: { Id: 'mine' } } });
    const world = new ScriptedWorld(programOf(single(CONTEXT)), init).run();
    expect(world.output).toEqual({ c: { Execution: { Id: 'mine' } } });
  });
});
