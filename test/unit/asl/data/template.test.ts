import { describe, expect, it } from 'vitest';
import { IntrinsicSyntaxError } from '../../../../harness/asl/data/intrinsic-call.ts';
import { PathSyntaxError } from '../../../../harness/asl/data/jsonpath.ts';
import { compileTemplate } from '../../../../harness/asl/data/template.ts';
import type { Json, JsonObject } from '../../../../harness/core/json.ts';
import { scopeOf } from './scope-of.ts';

const scope = scopeOf(
  { x: 1, none: null, list: [1, 2, 3] },
  { context: { Execution: { Name: 'run' } }, variables: { v: { w: 'W' } } },
);

describe('payload templates', () => {
  const rendered: [Json, Json][] = [
    [{ a: 1 }, { a: 1 }],
    [{ 'a.$': '$.x' }, { a: 1 }],
    [{ 'a.$': '$.none' }, { a: null }],
    [{ a: [{ 'b.$': '$.none' }] }, { a: [{ b: null }] }],
    [
      { 'a.$': '$$.Execution.Name', b: { 'c.$': '$v.w' } },
      { a: 'run', b: { c: 'W' } },
    ],
    [{ 'a.$': '$.list[*]' }, { a: [1, 2, 3] }],
    [{ 'a.$': '$.nowhere[*]' }, { a: [] }],
    [{ 'a.$': 'States.ArrayLength($.list)' }, { a: 3 }],
    [{ a: '$.x' }, { a: '$.x' }],
    ['$.x', '$.x'],
    [7, 7],
  ];
  it.each(rendered)('%j', (template, expected) => {
    expect(compileTemplate(template).evaluate(scope)).toEqual(expected);
  });

  it('hands out constants without copying', () => {
    const constant = { deep: [{ a: 1 }] };
    const template = compileTemplate({ constant, 'x.$': '$.x' });
    expect((template.evaluate(scope) as JsonObject)['constant']).toBe(constant);
  });

  it('says in words of AWS what was not found', () => {
    const { evaluate } = compileTemplate({ deep: { 'address.$': '$.application.address' } });
    expect(() => evaluate(scopeOf({ flagged: false }))).toThrow(
      `States.Runtime: The JSONPath '$.application.address' specified for the field 'address.$' could not be found in the input '{"flagged":false}'`,
    );
  });

  it('refuses what is neither path nor intrinsic function', () => {
    expect(() => compileTemplate({ 'a.$': 'plain' })).toThrow(IntrinsicSyntaxError);
    expect(() => compileTemplate({ 'a.$': '$[' })).toThrow(PathSyntaxError);
    expect(() => compileTemplate({ 'a.$': 5 })).toThrow(TypeError);
  });

  it('keeps a member called __proto__ a member', () => {
    const template = JSON.parse('{"__proto__.$": "$.x"}') as Json;
    expect(JSON.stringify(compileTemplate(template).evaluate(scope))).toBe('{"__proto__":1}');
  });
});
