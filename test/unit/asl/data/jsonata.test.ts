import { describe, expect, it } from 'vitest';
import { compileJsonata, isJsonataString, JsonataSyntaxError } from '../../../../harness/asl/data/jsonata.ts';
import { AslFailure, type Scope } from '../../../../harness/asl/data/scope.ts';
import type { Json } from '../../../../harness/core/json.ts';
import { NOW_MS, scopeOf } from './scope-of.ts';

const evaluate = (value: Json, scope: Scope = scopeOf({})) => compileJsonata(value, 'Output').evaluate(scope);

function failureOf(work: () => unknown): AslFailure {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(AslFailure);
    return error as AslFailure;
  }
  throw new Error('nothing was thrown');
}

describe('JSONata fields', () => {
  const scope = scopeOf(
    { n: 2, list: [1, 2, 3], deep: { a: 'x' } },
    { context: { Execution: { Name: 'run' } }, variables: { v: 5 }, result: { r: 1 } },
  );
  const values: [Json, Json][] = [
    ['plain', 'plain'],
    ['{% 1 + 1 %}', 2],
    ['{%$states.input.deep%}', { a: 'x' }],
    ['{% $states.input.list[$ > 1] %}', [2, 3]],
    ['{% $states.result.r + $v %}', 6],
    ['{% $states.context.Execution.Name %}', 'run'],
    [
      { a: ['{% $v %}', 1], b: '{% null %}' },
      { a: [5, 1], b: null },
    ],
    ['{% ($x := 3; $x * $states.input.n) %}', 6],
    ['{% $partition([1..5], 2) %}', [[1, 2], [3, 4], [5]]],
    ['{% $partition([0], 4) %}', [[0]]],
    ['{% $range(0, 10, 3) %}', [0, 3, 6, 9]],
    // Recorded on AWS: one item becomes the item.
    ['{% $range(1, 1, 1) %}', 1],
    ["{% $hash('input data', 'MD5') %}", '812f45842bc6d66ee14572ce20db8e86'],
    ['{% $parse("[1, 2]") %}', [1, 2]],
    ['{% $millis() %}', NOW_MS],
    ['{% $now() %}', '2026-01-02T03:04:05.000Z'],
    ["{% $now('[Y0001]') %}", '2026'],
    ['{% $pad("a", 3, "-") %}', 'a--'],
    ['{% $contains("hello$world", /^hello\\$/) %}', true],
    ['{% $map($states.input.list, function($i) { $i * $v }) %}', [5, 10, 15]],
  ];
  it.each(values)('%j', (value, expected) => {
    expect(evaluate(value, scope)).toEqual(expected);
  });

  it('gives plain JSON: no sequences of the library', () => {
    const list = evaluate('{% [1..3] %}') as Json[];
    expect(Object.getOwnPropertyNames(list)).toEqual(['0', '1', '2', 'length']);
  });

  it('hands out untouched values themselves', () => {
    expect(evaluate('{% $states.input %}', scope)).toBe(scope.input);
  });

  it('is seeded', () => {
    expect(evaluate('{% [$random(), $uuid(), $shuffle([1..20])] %}')).toEqual(
      evaluate('{% [$random(), $uuid(), $shuffle([1..20])] %}'),
    );
    expect(evaluate('{% $random(7) = $random(7) %}')).toBe(true);
  });

  const failures: [Json, string, string][] = [
    [
      '{% $doesNotExist %}',
      'Output',
      "The JSONata expression '$doesNotExist' specified for the field 'Output' returned nothing (undefined).",
    ],
    [
      { result: '{% $doesNotExist %}' },
      'Output/result',
      "The JSONata expression '$doesNotExist' specified for the field 'Output/result' returned nothing (undefined).",
    ],
    [
      { l: [1, '{% $no %}'] },
      'Output/l[1]',
      "The JSONata expression '$no' specified for the field 'Output/l[1]' returned nothing (undefined).",
    ],
    [
      '{% $randomSeeded(1) %}',
      'Output',
      "The JSONata expression '$randomSeeded(1)' specified for the field 'Output' threw an error during evaluation. T1006: Attempted to invoke a non-function",
    ],
    [
      '{% $eval("1") %}',
      'Output',
      "The JSONata expression '$eval(\"1\")' specified for the field 'Output' threw an error during evaluation. T1006: Attempted to invoke a non-function",
    ],
    [
      '{% $fn := function($x){$x} %}',
      'Output',
      "The JSONata expression '$fn := function($x){$x}' specified for the field 'Output' returned an unsupported result type.",
    ],
    [
      '{% {"f": $sum} %}',
      'Output',
      "The JSONata expression '{\"f\": $sum}' specified for the field 'Output' returned an unsupported result type.",
    ],
  ];
  it.each(failures)('%j fails', (value, location, text) => {
    const failure = failureOf(() => evaluate(value));
    expect(failure.error).toBe('States.QueryEvaluationError');
    expect(failure.causeText).toBe(text);
    expect(failure.location).toBe(location);
  });

  it.each([
    '{% ($f := function($n){ $f($n + 1) }; $f(0)) %}',
    '{% ($f := function($n){ 1 + $f($n + 1) }; $f(0)) %}',
    '{% $match("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", /^(a+)+$/) %}',
    '{% $pad("x", 2000000000) %}',
  ])('%s ends', (value) => {
    expect(failureOf(() => evaluate(value)).causeText).toContain('threw an error during evaluation.');
  });

  it('refuses bad syntax when compiled, with the field', () => {
    expect(() => compileJsonata({ a: '{% 1 + %}' }, 'Output')).toThrow(JsonataSyntaxError);
  });

  it('names the workflow variables', () => {
    const { variables } = compileJsonata(
      { a: '{% ($x := $y; $map($list, function($i) { $i + $x + $sum([1]) })) %}' },
      'Output',
    );
    expect([...variables].sort()).toEqual(['list', 'y']);
  });

  it.each([
    ['{% a %}', true],
    ['{%%}', true],
    ['{%}', false],
    [' {% a %}', false],
    ['{% a %} ', false],
    [5, false],
  ])('%j is an expression: %s', (value, expected) => {
    expect(isJsonataString(value)).toBe(expected);
  });
});
