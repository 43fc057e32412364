import { describe, expect, it } from 'vitest';
import { parsePath } from '../../../../harness/asl/data/jsonpath.ts';
import { assignAt } from '../../../../harness/asl/data/reference-path.ts';
import { AslFailure } from '../../../../harness/asl/data/scope.ts';
import type { Json } from '../../../../harness/core/json.ts';

describe('ResultPath', () => {
  const placed: [string, Json, Json][] = [
    ['$', { a: 1 }, 'R'],
    ['$.r', { a: 1 }, { a: 1, r: 'R' }],
    ['$.a', { a: 1 }, { a: 'R' }],
    ['$.x.y.z', { a: 1 }, { a: 1, x: { y: { z: 'R' } } }],
    ['$.list[1]', { list: [1, 2] }, { list: [1, 'R'] }],
    ['$.list[0].n', { list: [{ m: 1 }] }, { list: [{ m: 1, n: 'R' }] }],
  ];
  it.each(placed)('%s into %j', (text, input, expected) => {
    expect(assignAt(parsePath(text), input, 'R')).toEqual(expected);
  });

  it.each([
    ['$.a.b', { a: 1 }],
    ['$.a', 'text'],
    ['$.a', null],
    ['$.a', [1]],
    ['$.list[2]', { list: [1, 2] }],
    ['$.a[0]', { a: {} }],
  ] as [string, Json][])('%s does not fit %j', (text, input) => {
    expect(() => assignAt(parsePath(text), input, 'R')).toThrow(AslFailure);
    expect(() => assignAt(parsePath(text), input, 'R')).toThrow('States.ResultPathMatchFailure');
  });

  it('leaves the input as it was and shares what is off the path', () => {
    const input = { keep: { x: 1 }, a: { b: 1 } };
    const before = structuredClone(input);
    const output = assignAt(parsePath('$.a.b'), input, 2) as typeof input;
    expect(input).toEqual(before);
    expect(output.keep).toBe(input.keep);
    expect(output.a.b).toBe(2);
  });

  it('does not reach the prototype', () => {
    const output = assignAt(parsePath('$.__proto__.polluted'), {}, true);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect(JSON.stringify(output)).toBe('{"__proto__":{"polluted":true}}');
  });
});
