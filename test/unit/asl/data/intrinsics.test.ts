import { describe, expect, it } from 'vitest';
import { IntrinsicSyntaxError, parseIntrinsicCall } from '../../../../harness/asl/data/intrinsic-call.ts';
import { INTRINSICS } from '../../../../harness/asl/data/intrinsics/index.ts';
import type { Json } from '../../../../harness/core/json.ts';
import { scopeOf } from './scope-of.ts';

const evaluate = (text: string, input: Json = {}) => parseIntrinsicCall(text).evaluate(scopeOf(input));

describe('intrinsic functions', () => {
  it('are the 18 of AWS', () => {
    expect(INTRINSICS.size).toBe(18);
  });

  const values: [string, Json, Json?][] = [
    ['States.Array()', []],
    ["States.Array(1, 'a', true, null, $.x)", [1, 'a', true, null, { y: 1 }], { x: { y: 1 } }],
    ['States.ArrayPartition($, 2)', [[1, 2], [3]], [1, 2, 3]],
    ['States.ArrayContains($, 2)', true, [1, 2]],
    ['States.ArrayContains($.l, $.o)', true, { l: [{ a: 1, b: 2 }], o: { b: 2, a: 1 } }],
    ['States.ArrayRange(1, 9, 2)', [1, 3, 5, 7, 9]],
    ['States.ArrayRange(5, 1, -2)', [5, 3, 1]],
    ['States.ArrayRange(3, 3, -1)', [3]],
    ['States.ArrayRange(5, 1, 1)', []],
    // Bounds are truncated: measured on AWS.
    ['States.ArrayRange(1.6, 1.4, 1)', [1]],
    ['States.ArrayRange(5.4, -0.6, -2.4)', [5, 3, 1]],
    ['States.ArrayGetItem($, 1)', 'b', ['a', 'b']],
    ['States.ArrayLength($)', 3, [1, 2, 3]],
    [
      'States.ArrayUnique($)',
      [1, '1', { a: 1, b: 2 }, null],
      [1, 1, '1', { a: 1, b: 2 }, { b: 2, a: 1 }, null],
    ],
    ["States.Base64Encode('Data to encode')", 'RGF0YSB0byBlbmNvZGU='],
    ["States.Base64Decode('RGF0YSB0byBlbmNvZGU=')", 'Data to encode'],
    ["States.Hash('input data', 'SHA-1')", 'aaff4a450a104cd177d28d18d74485e8cae074b7'],
    ["States.Hash('input data', 'MD5')", '812f45842bc6d66ee14572ce20db8e86'],
    [
      'States.JsonMerge($.a, $.b, false)',
      { x: { q: 1 }, y: 2 },
      { a: { x: { p: 1 }, y: 2 }, b: { x: { q: 1 } } },
    ],
    ['States.StringToJson(\'{"a": [1]}\')', { a: [1] }],
    ["States.StringToJson('')", null],
    ['States.JsonToString($)', '{"a":[1,null]}', { a: [1, null] }],
    // Recorded on AWS: each operand is rounded half up.
    ['States.MathAdd(1.49, 1.5)', 3],
    ['States.MathAdd(-1.5, -1.51)', -3],
    ["States.StringSplit('This.is+a,test=string', '.+,=')", ['This', 'is', 'a', 'test', 'string']],
    ["States.StringSplit(',,,,', ',')", []],
    ["States.Format('{} is {}', 'a', 1)", 'a is 1'],
    ["States.Format('\\{\\} {}', null)", '{} null'],
    ['States.Format($.t, 7)', 'seven 7', { t: 'seven {}' }],
    // Recorded on AWS: objects are printed as Java maps.
    ["States.Format('{}', $)", '{Id=arn, Name=x, L=[1, 2]}', { Id: 'arn', Name: 'x', L: [1, 2] }],
    ["States.ArrayGetItem(States.StringSplit('a-b', '-'), 0)", 'a'],
    [
      "States.Array($.a['b,)'], $.list[?(@.n == 'x,y')])",
      [1, [{ n: 'x,y' }]],
      { a: { 'b,)': 1 }, list: [{ n: 'x,y' }] },
    ],
  ];
  it.each(values)('%s', (text, expected, input) => {
    expect(evaluate(text, input)).toEqual(expected);
  });

  const failures: [string, Json?][] = [
    ['States.ArrayPartition($, 0)', []],
    ['States.ArrayPartition($, 0.49)', []],
    ["States.ArrayPartition('a', 1)"],
    ['States.ArrayRange(1, 1001, 1)'],
    ['States.ArrayRange(1, 10, 0)'],
    ["States.ArrayRange('a', 5, 1)"],
    ['States.ArrayGetItem($, 3)', [1]],
    ['States.ArrayGetItem($, -1)', [1]],
    ["States.Base64Decode('***')"],
    ["States.Hash('a', 'SHA-3')"],
    ['States.JsonMerge($, $, true)'],
    ["States.StringToJson('{')"],
    ['States.MathAdd(2147483647, 1)'],
    ['States.MathRandom(1, 1)'],
    ['States.MathRandom(1.4, 1.6)'],
    ['States.StringSplit(1, 2)'],
  ];
  it.each(failures)('%s is refused', (text, input) => {
    const name = text.slice(0, text.indexOf('('));
    expect(() => evaluate(text, input)).toThrow(
      `States.Runtime: There was an error while evaluating the intrinsic function: ${text}. Invalid arguments in ${name}`,
    );
  });

  it('tells a wrong template from wrong arguments', () => {
    expect(() => evaluate("States.Format('{', 1)")).toThrow(
      "Invalid template in States.Format: matching '}' not found for '{'.",
    );
    expect(() => evaluate("States.Format('{} {}', 1)")).toThrow(
      'Invalid arguments in States.Format: number of arguments do not match the occurrences of {}.',
    );
    expect(() => evaluate('States.ArrayLength($.no)', { a: 1 })).toThrow(
      `The JsonPath argument for the field '$.no' could not be found in the input '{"a":1}'`,
    );
  });

  it('draws numbers in range, the same for the same seed', () => {
    for (let seed = 0; seed < 50; seed++) {
      const value = evaluate(`States.MathRandom(-3, 4, ${seed})`) as number;
      expect(Number.isInteger(value) && value >= -3 && value < 4).toBe(true);
      expect(evaluate(`States.MathRandom(-3, 4, ${seed})`)).toBe(value);
    }
    expect(evaluate('States.UUID()')).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });

  const broken = [
    'States.Nope()',
    'States.UUID(1)',
    'States.Array(1',
    'States.Array(1,)',
    'States.Array(1) x',
    "States.Array('a)",
    "States.Format('a \\n b')",
    `States.Format('He said, \\"Hello, {}!\\"', 'x')`,
    'States.Array($[)',
    `${'States.Array('.repeat(11)}1${')'.repeat(11)}`,
  ];
  it.each(broken)('%s does not parse', (text) => {
    expect(() => parseIntrinsicCall(text)).toThrow(IntrinsicSyntaxError);
  });
});
