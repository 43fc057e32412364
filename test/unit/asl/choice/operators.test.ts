import { describe, expect, it } from 'vitest';
import { CHOICE_OPERATORS } from '../../../../harness/asl/choice/index.ts';
import type { Json } from '../../../../harness/core/json.ts';

function holds(name: string, value: Json, operand: Json): boolean {
  const operator = CHOICE_OPERATORS.get(name);
  if (!operator) throw new Error(`no operator ${name}`);
  return operator.compare(value, operand);
}

describe('choice operators', () => {
  it('knows the 22 operators with a literal operand', () => {
    expect([...CHOICE_OPERATORS.keys()].sort()).toEqual(
      [
        'BooleanEquals',
        'IsBoolean',
        'IsNull',
        'IsNumeric',
        'IsString',
        'IsTimestamp',
        ...['Equals', 'LessThan', 'LessThanEquals', 'GreaterThan', 'GreaterThanEquals'].flatMap((o) => [
          `Numeric${o}`,
          `String${o}`,
          `Timestamp${o}`,
        ]),
        'StringMatches',
      ].sort(),
    );
  });

  it.each<[string, Json, Json, boolean]>([
    ['StringEquals', 'a', 'a', true],
    ['StringEquals', 1, '1', false],
    ['StringLessThan', 'A', 'AB', true],
    ['StringGreaterThan', 'A', 'A ', false],
    ['StringGreaterThanEquals', '', '', true],
    ['NumericEquals', 0.0, 0, true],
    ['NumericEquals', null, 0, false],
    ['NumericLessThanEquals', 1, 1, true],
    ['NumericGreaterThan', '2', 1, false],
    ['BooleanEquals', false, false, true],
    ['BooleanEquals', 0, false, false],
    ['TimestampEquals', '2024-01-01T00:00:00Z', '2024-01-01T01:00:00+01:00', true],
    ['TimestampLessThan', '2024-01-01T00:00:00.1Z', '2024-01-01T00:00:00.2Z', true],
    ['TimestampEquals', '2024-01-01', '2024-01-01', false],
    ['TimestampEquals', '2023-02-30T00:00:00Z', '2023-03-02T00:00:00Z', false],
    ['IsNull', null, true, true],
    ['IsNull', 0, false, true],
    ['IsString', '', true, true],
    ['IsNumeric', '1', true, false],
    ['IsBoolean', [], false, true],
    ['IsTimestamp', '2001-01-01T12:00:00Z', true, true],
    ['IsTimestamp', '2001-01-01 12:00:00Z', true, false],
    ['IsTimestamp', '2001-01-01T12:00:00', true, false],
  ])('%s of %j and %j is %s', (name, value, operand, expected) => {
    expect(holds(name, value, operand)).toBe(expected);
  });

  it.each<[string, string, boolean]>([
    ['log-file.txt', 'log-*.txt', true],
    ['log-.txt', 'log-*.txt', true],
    ['log.txt', 'log-*.txt', false],
    ['a*b', 'a\\*b', true],
    ['axb', 'a\\*b', false],
    ['a\\b', 'a\\\\b', true],
    ['', '*', true],
    ['abcabc', '*abc*abc*', true],
    ['abc', '*abc*abc*', false],
    ['aa', 'aa*aa', false],
    ['a.c', 'a.c', true],
    ['abc', 'a.c', false],
  ])('StringMatches of %j and %j is %s', (text, pattern, expected) => {
    expect(holds('StringMatches', text, pattern)).toBe(expected);
  });
});
