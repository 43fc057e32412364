/** Numbers and member order through the interpreter (case F01 and its siblings). */
import { describe, expect, it } from 'vitest';
import { createExecution } from '../../../harness/asl/execution.ts';
import { step } from '../../../harness/asl/step.ts';
import { initOf, programOf } from './scripted-world.ts';

const INPUT =
  '{"ticket": 1234567890123456789, "rate": 1.0, "2024": "b", "2023": "a", "name": "x", "items": [1.0, 9007199254740993]}';
const COMPACT = INPUT.replaceAll(/([:,]) /g, '$1');

function outputOf(state: object, input = INPUT): string | undefined {
  const program = programOf({ StartAt: 'A', States: { A: { End: true, ...state } } });
  const execution = createExecution(program, initOf(input));
  const effects = step(program, execution, { kind: 'start', atMs: 0 });
  const finish = effects.at(-1);
  return finish?.kind === 'finish' ? (finish.output ?? finish.cause) : undefined;
}

const pass = (fields: object) => outputOf({ Type: 'Pass', ...fields });
const value = (expression: string) => pass({ Parameters: { 'v.$': expression } });

describe('a state that rebuilds JSON keeps numbers and order', () => {
  it.each<[string, object, string]>([
    ['Parameters', { Parameters: { 'all.$': '$' } }, `{"all":${COMPACT}}`],
    ['ResultPath', { Result: 2, ResultPath: '$.name' }, COMPACT.replace('"x"', '2')],
    ['ResultPath of digits', { Result: 2, ResultPath: "$['2023']" }, COMPACT.replace('"a"', '2')],
    ['a new member of digits', { Result: 2, ResultPath: "$['1']" }, `${COMPACT.slice(0, -1)},"1":2}`],
    ['a literal Result', { Result: { '1': 1, a: 1 } }, '{"1":1,"a":1}'],
    ['OutputPath', { OutputPath: '$.items' }, '[1.0,9007199254740993]'],
    ['a template member of digits', { Parameters: { '2.$': '$.rate', '1': 1 } }, '{"1":1,"2":1.0}'],
    ['several properties', { Parameters: { 'v.$': "$['2024','rate']" } }, '{"v":{"2024":"b","rate":1.0}}'],
    ['keys()', { Parameters: { 'v.$': '$.keys()' } }, '{"v":["ticket","rate","2024","2023","name","items"]}'],
    ['a filter', { Parameters: { 'v.$': '$.items[?(@ == 1)]' } }, '{"v":[1.0]}'],
    [
      'a filter on large numbers',
      { Parameters: { 'v.$': '$.items[?(@ > 9007199254740992)]' } },
      '{"v":[9007199254740993]}',
    ],
  ])('%s', (_, fields, expected) => {
    expect(pass(fields)).toBe(expected);
  });

  it('in literals of the definition', () => {
    const text =
      '{"StartAt":"A","States":{"A":{"Type":"Pass","Result":{"b":1.0,"2":12345678901234567890,"1":1e3},"End":true}}}';
    const program = programOf(text);
    const execution = createExecution(program, initOf('{}'));
    const finish = step(program, execution, { kind: 'start', atMs: 0 }).at(-1);
    expect(finish).toMatchObject({ output: '{"b":1.0,"2":12345678901234567890,"1":1e3}' });
  });
});

describe('intrinsic functions keep numbers and order', () => {
  it.each([
    ["States.Format('{}', $.ticket)", '"1234567890123456789"'],
    ["States.Format('{} {}', $.rate, $.items)", '"1.0 [1.0, 9007199254740993]"'],
    ['States.JsonToString($)', JSON.stringify(COMPACT)],
    ['States.StringToJson(States.JsonToString($))', COMPACT],
    ['States.Array($.ticket, $.rate)', '[1234567890123456789,1.0]'],
    ['States.ArrayPartition($.items, 1)', '[[1.0],[9007199254740993]]'],
    ['States.ArrayGetItem($.items, 1)', '9007199254740993'],
    ['States.ArrayUnique($.items)', '[1.0,9007199254740993]'],
    ['States.ArrayContains($.items, 9007199254740993)', 'true'],
    ['States.ArrayContains($.items, 9007199254740992)', 'false'],
    ['States.MathAdd($.rate, 1)', '2'],
    ['States.JsonMerge($, States.StringToJson(\'{"rate":2.0}\'), false)', undefined],
    ['States.Base64Encode(States.JsonToString($.rate))', '"MS4w"'],
  ])('%s', (expression, expected) => {
    const output = value(expression);
    if (expected !== undefined) expect(output).toBe(`{"v":${expected}}`);
    else expect(output).toContain('"rate":2.0');
  });
});

describe('Choice compares exactly', () => {
  it('tells neighbouring large integers apart', () => {
    const machine = (operand: string) =>
      `{"StartAt":"A","States":{"A":{"Type":"Choice","Choices":[{"Variable":"$.ticket","NumericEquals":${operand},"Next":"B"}],"Default":"C"},"B":{"Type":"Pass","Result":"equal","End":true},"C":{"Type":"Pass","Result":"other","End":true}}}`;
    const run = (operand: string) => {
      const program = programOf(machine(operand));
      const execution = createExecution(program, initOf(INPUT));
      return step(program, execution, { kind: 'start', atMs: 0 }).at(-1);
    };
    expect(run('1234567890123456789')).toMatchObject({ output: '"equal"' });
    expect(run('1234567890123456788')).toMatchObject({ output: '"other"' });
    expect(run('1234567890123456789.5')).toMatchObject({ output: '"other"' });
  });
});

describe('a Map keeps its items', () => {
  it.each([['INLINE'], [undefined]])('%s', (Mode) => {
    const ItemProcessor = {
      ...(Mode && { ProcessorConfig: { Mode } }),
      StartAt: 'P',
      States: { P: { Type: 'Pass', End: true } },
    };
    expect(outputOf({ Type: 'Map', ItemsPath: '$.items', ItemProcessor })).toBe('[1.0,9007199254740993]');
  });
});

describe('JSONata hands on untouched objects exactly', () => {
  it('also inside of others', () => {
    const Output = { all: '{% $states.input %}', items: '{% $states.input.items %}' };
    expect(pass({ QueryLanguage: 'JSONata', Output })).toBe(
      `{"all":${COMPACT},"items":[1.0,9007199254740993]}`,
    );
  });
});
