/** Pass, Choice, Wait, Succeed and Fail: the states without work of their own. */
import { describe, expect, it } from 'vitest';
import { run, single } from '../scripted-world.ts';

describe('Pass', () => {
  it.each([
    [{ Result: { a: 1 } }, { x: 1 }, { a: 1 }],
    [{ Result: null }, { x: 1 }, null],
    [{ Result: 1, ResultPath: '$.r' }, { x: 1 }, { x: 1, r: 1 }],
    [{ Result: 1, ResultPath: null }, { x: 1 }, { x: 1 }],
    [{ InputPath: '$.x', ResultPath: '$.y' }, { x: 1 }, { x: 1, y: 1 }],
    [{ InputPath: null }, { x: 1 }, {}],
    [{ OutputPath: null }, { x: 1 }, {}],
    [{ Parameters: { 'y.$': '$.x' }, OutputPath: '$.y' }, { x: [1] }, [1]],
  ])('with %j makes %j into %j', (fields, input, output) => {
    expect(run(single({ Type: 'Pass', ...fields }), input).output).toEqual(output);
  });

  it('shows assigned variables as JSON texts', () => {
    const world = run(single({ Type: 'Pass', Assign: { 'a.$': '$.x', b: 'text' } }), { x: { y: 1 } });
    expect(world.event('PassStateExited').details).toMatchObject({
      assignedVariables: { a: '{"y":1}', b: '"text"' },
      assignedVariablesDetails: { truncated: false },
    });
  });

  it('refuses a variable beyond the payload quota', () => {
    const world = run(
      {
        StartAt: 'S',
        States: {
          S: { Type: 'Pass', Assign: { 'v.$': '$.big' }, OutputPath: '$.small', End: true },
        },
      },
      { big: 'x'.repeat(262_143), small: 1 },
    );
    expect(world.finish).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
    expect(world.execution.root.variables.all()).toEqual({});
  });

  it('never changes the input it was given', () => {
    const input = { deep: { list: [1] } };
    const world = run(single({ Type: 'Pass', Result: 2, ResultPath: '$.deep.r' }), input);
    expect(world.execution.input.value).toEqual(input);
  });
});

describe('Choice', () => {
  const choice = (fields: object, language = 'JSONPath') => ({
    QueryLanguage: language,
    StartAt: 'C',
    States: {
      C: { Type: 'Choice', ...fields },
      Yes: { Type: 'Succeed' },
      No: { Type: 'Succeed' },
    },
  });
  const rules = [{ Variable: '$.n', NumericEquals: 1, Next: 'Yes' }];

  it('takes the first rule that matches, else Default', () => {
    const fields = { Choices: rules, Default: 'No' };
    expect(run(choice(fields), { n: 1 }).event('SucceedStateEntered').details?.name).toBe('Yes');
    expect(run(choice(fields), { n: 2 }).event('SucceedStateEntered').details?.name).toBe('No');
  });

  it('fails with States.Runtime where nothing matches and there is no Default', () => {
    const Choices = [...rules, { Variable: '$.n', NumericEquals: 7, Next: 'No' }];
    const world = run(choice({ Choices }), { n: 2 });
    expect(world.chain).toEqual(['ExecutionStarted<-0', 'ChoiceStateEntered<-0', 'ExecutionFailed<-2']);
    expect(world.finish).toMatchObject({
      error: 'States.Runtime',
      cause:
        "An error occurred while executing the state 'C' (entered at the event id #2). Failed to transition out of " +
        'the state. The state does not point to a next state.',
    });
  });

  it('gives a rule its own Output and Assign, and Default those of the state', () => {
    const fields = {
      Choices: [
        { Condition: '{% $states.input.n = 1 %}', Assign: { v: 'rule' }, Output: 'by rule', Next: 'Yes' },
      ],
      Assign: { v: 'state' },
      Output: 'by state',
      Default: 'No',
    };
    const matched = run(choice(fields, 'JSONata'), { n: 1 });
    expect(matched.output).toBe('by rule');
    expect(matched.execution.root.variables.get('v')).toBe('rule');
    const other = run(choice(fields, 'JSONata'), { n: 2 });
    expect(other.output).toBe('by state');
    expect(other.execution.root.variables.get('v')).toBe('state');
  });
});

describe('Wait', () => {
  it.each([
    [{ Seconds: 3 }, 3_000],
    [{ SecondsPath: '$.s' }, 7_000],
    [{ Timestamp: '1970-01-01T00:16:45.5Z' }, 5_500],
    [{ TimestampPath: '$.t' }, 0],
  ])('%j waits %i ms', (fields, ms) => {
    const world = run(single({ Type: 'Wait', ...fields }), { s: 7, t: '1960-01-01T00:00:00Z' });
    expect(world.nowMs - 1_000_000).toBe(ms);
    expect(world.event('WaitStateExited').atMs).toBe(1_000_000 + ms);
  });
});

describe('Fail', () => {
  it('fails with neither error nor cause when it names none', () => {
    const world = run({ StartAt: 'F', States: { F: { Type: 'Fail' } } });
    expect(world.event('ExecutionFailed').details).toEqual({});
    expect(world.finish).toEqual({ kind: 'finish', status: 'FAILED' });
  });

  it('takes error and cause from paths', () => {
    const F = { Type: 'Fail', ErrorPath: '$.e', CausePath: "States.Format('{} times', $.n)" };
    expect(run({ StartAt: 'F', States: { F } }, { e: 'E', n: 3 }).finish).toMatchObject({
      error: 'E',
      cause: '3 times',
    });
  });
});

describe('Succeed', () => {
  it('filters its input', () => {
    const S = { Type: 'Succeed', InputPath: '$.a', OutputPath: '$.b' };
    expect(run({ StartAt: 'S', States: { S } }, { a: { b: 1 } }).output).toBe(1);
  });
});
