/** JSONata as AWS runs it: bounds, seeds, numbers and sentences (case F18). */
import { describe, expect, it } from 'vitest';
import { compileJsonata } from '../../../../harness/asl/data/jsonata.ts';
import { parseJson } from '../../../../harness/core/json-parse.ts';
import { printJson } from '../../../../harness/core/json-print.ts';
import { seededRandom } from '../../../../harness/core/random.ts';

function evaluate(expression: string, input = '{}'): string {
  const scope = {
    input: parseJson(input),
    context: () => ({}),
    variables: { get: (name: string) => (name === 'big' ? parseJson('1234567890123456789') : undefined) },
    random: seededRandom(1),
    nowMs: 0,
  };
  try {
    return printJson(compileJsonata(`{% ${expression} %}`, 'Output').evaluate(scope));
  } catch (error) {
    return (
      (error as { causeText?: string }).causeText?.replace(/^.*threw an error during evaluation\. /s, '') ??
      String(error)
    );
  }
}

describe('JSONata', () => {
  it.each([
    ['$random(42)', '0.7275636800328681'],
    ['[1/0]', '["Infinity"]'],
    ['[-1/0]', '["-Infinity"]'],
    ['$count($range(1, 200000, 1))', '200000'],
    ['[1..800000] ~> $count()', '800000'],
    ['$range(1, 5, 2)', '[1,3,5]'],
    ["$formatNumber(1234.5, '#,##0.00')", '"1,234.50"'],
    ['$parse(\'{"a":1}\').a', '1'],
    ['$map([1,2,3], function($v) { $v * 2 })', '[2,4,6]'],
    ['$sort([3,1,2], function($l, $r) { $l > $r })', '[1,2,3]'],
    ["$replace('abc', /b/, 'x')", '"axc"'],
    ["$split('a, b', /,\\s*/)", '["a","b"]'],
    ['$reduce([1,2,3], function($a, $b) { $a + $b })', '6'],
    ['{"a": 1, "b": [1,2]}.b[1]', '2'],
    ['$states.input.a ? 1 : 2', '2'],
    ['($f := function($n) { $n <= 1 ? 1 : $n * $f($n - 1) }; $f(5))', '120'],
  ])('%s is %s', (expression, result) => {
    expect(evaluate(expression)).toBe(result);
  });

  it.each([
    [
      '[1..900000] ~> $count()',
      'U1001: Expression evaluation memory limit exceeded: Check for excessive memory usage',
    ],
    [
      '$count($range(1, 900000, 1))',
      'U1001: Expression evaluation memory limit exceeded: Check for excessive memory usage',
    ],
    [`${'1+'.repeat(200)}1`, 'U1001: Stack overflow error: check for non-terminating recursive functions'],
    [
      '($f := function() { 1 + $f() }; $f())',
      'U1001: Stack overflow error: check for non-terminating recursive functions',
    ],
    [
      "$formatNumber(1,'x')",
      'D3086: The sub-picture must not contain a passive character that is preceded by an active character and that is followed by another active character',
    ],
    ['$range(1,2,0)', 'T0410: Argument 3 of function "range" does not match function signature'],
    ["$range('a',2,1)", 'T0410: Argument 1 of function "range" does not match function signature'],
    ["$parse('nope')", 'D3120: Syntax error in expression passed to function eval: "nope"'],
    ['$eval("1")', 'T1006: Attempted to invoke a non-function'],
  ])('%s fails: %s', (expression, cause) => {
    expect(evaluate(expression)).toBe(cause);
  });

  it('hands on exact numbers', () => {
    const input = '{"t": 1234567890123456789, "r": 1.0, "2024": {"x": 2.0}}';
    expect(evaluate('$states.input.t', input)).toBe('1234567890123456789');
    expect(evaluate('$states.input.r', input)).toBe('1.0');
    expect(evaluate("$states.input.'2024'.x", input)).toBe('2.0');
    expect(evaluate('$big', input)).toBe('1234567890123456789');
    expect(evaluate('$states.input', input)).toBe(input.replaceAll(/([:,]) /g, '$1'));
    expect(evaluate('$states.input.r + 1', input)).toBe('2');
    expect(evaluate('{"id": $states.input.t, "in": {"r": $states.input.r}}', input)).toBe(
      '{"id":1234567890123456789,"in":{"r":1.0}}',
    );
    expect(evaluate('[$states.input.r, $big, 3]', input)).toBe('[1.0,1234567890123456789,3]');
    expect(evaluate('[[1, 2], $states.input.r]', input)).toBe('[[1,2],1.0]');
    expect(evaluate('($states.input.r)', input)).toBe('1.0');
  });
});
