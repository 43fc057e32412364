import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LinearRegExp, safeLength } from '../../../harness/core/linear-regexp.ts';

const elapsedMs = (work: () => unknown) => {
  const started = performance.now();
  work();
  return performance.now() - started;
};

describe('LinearRegExp', () => {
  it.each([
    '(a+)+$',
    '(?<x>(a+)+)$',
    '(a|a)*b',
    '(a*)*b',
    'a*b',
    '.*.*.*=x',
    'a+a+a+a+$',
    '([a-z]+)+[0-9]',
    '(.*){1,32}[bc]',
    `${'(a?)'.repeat(30)}${'a'.repeat(30)}b`,
    `${'(a|a)'.repeat(40)}b`,
  ])('answers /%s/ on long lines within a tenth of a second', (source) => {
    const pattern = new LinearRegExp(source);
    // Compilation and the first run of the engine are not measured.
    pattern.test('warm up'.repeat(500));
    for (const length of [30, 2_000, 20_000]) {
      const text = `${'a'.repeat(length)}!`;
      expect(elapsedMs(() => pattern.test(text))).toBeLessThan(100);
    }
  });

  it('finds what V8 finds', () => {
    const line = 'REPORT RequestId: 5f0c Duration: 123.45 ms\tMemory Size: 512 MB';
    for (const filler of ['', '.'.repeat(5_000)]) {
      const pattern = new LinearRegExp('RequestId: (?<id>\\S+) Duration: (?<ms>[\\d.]+) ms.*(?<no>X)?');
      expect(pattern.groups(filler + line)).toEqual({ id: '5f0c', ms: '123.45', no: undefined });
      expect(pattern.test(`${filler}nothing`)).toBe(false);
      expect(new LinearRegExp('report.*(size)', 'i').test(filler + line)).toBe(true);
    }
  });

  it('agrees with V8 on short texts, whichever engine runs', () => {
    const atom = fc.constantFrom('a', 'b', '[ab]', '.', '(a|b)', '(ab)', 'a|b', '^', '$', '\\w');
    const quantified = fc
      .tuple(atom, fc.constantFrom('', '*', '+', '?', '{1,2}'))
      .map(([x, q]) => (/[\^$|]/.test(x) ? x : x + q));
    const source = fc.array(quantified, { minLength: 1, maxLength: 5 }).map((parts) => parts.join(''));
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 12 });
    fc.assert(
      fc.property(source, text, (expression, given) => {
        expect(new LinearRegExp(expression).test(given)).toBe(new RegExp(expression).test(given));
      }),
    );
  });

  it('ends an expression that RE2 does not know and that takes too long', () => {
    expect(new LinearRegExp('(?=(a+))\\1b').test('aaab')).toBe(true);
    expect(() => new LinearRegExp('(a+)+(?!a)$').test(`${'a'.repeat(40)}!`)).toThrow('takes too long');
  });

  it('leaves common expressions on lines of a log to V8', () => {
    expect(safeLength('ERROR|WARN')).toBe(Number.POSITIVE_INFINITY);
    expect(safeLength('Duration: ([\\d.]+) ms')).toBeGreaterThan(2_000);
    expect(safeLength('RequestId: (?<id>\\S+) .*Used: ')).toBeGreaterThan(250);
    expect(safeLength('(a+)+')).toBe(0);
  });
});
