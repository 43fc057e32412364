import { describe, expect, it } from 'vitest';
import { type Bound, describeBound, keeps, unitMistakes } from '../../../harness/metrics/bound.ts';

describe('bounds', () => {
  it.each<[Bound, number, string, boolean]>([
    [{ lt: '20 s' }, 19.9, 's', true],
    [{ lt: '20 s' }, 20, 's', false],
    [{ lte: '20 s' }, 20, 's', true],
    [{ gt: '1 GB' }, 1024, 'MB', false],
    [{ gte: '1 GB' }, 1024, 'MB', true],
    [{ lt: '500 ms' }, 0.4, 's', true],
    [{ eq: 0 }, 0, '', true],
    [{ eq: '0 %' }, 0, '%', true],
    [{ lt: 0.05 }, 4, '%', true],
    [{ abs: { lt: 0.01 } }, -0.005, '', true],
    [{ abs: { lt: 0.01 } }, -0.02, '', false],
    [{ gt: 1, lt: 3 }, 2, '', true],
    [{ gt: 1, lt: 3 }, 3, '', false],
    [{ lt: 5 }, Number.NaN, '', false],
    [{ gt: 5 }, Number.NaN, '', false],
    [{ abs: { lte: 5 } }, Number.NaN, '', false],
  ])('%j keeps %d %s: %s', (bound, value, unit, expected) => {
    expect(keeps(bound, value, unit)).toBe(expected);
  });

  it.each<[Bound, string, RegExp | undefined]>([
    [{ lt: '20 s' }, 's', undefined],
    [{ lt: '20 min' }, 's', undefined],
    [{ lt: 20 }, 's', /20 has no unit: a value in s is needed/],
    [{ lt: '20 MB' }, 's', /"20 MB" does not fit: a value in s is needed/],
    [{ lt: '20 s' }, '', /a plain number is needed/],
    [{ abs: { lt: '1 MB' } }, 'Mbps', /does not fit/],
    [{ lt: 0.02 }, '%', undefined],
  ])('%j for a metric in %j', (bound, unit, mistake) => {
    const found = unitMistakes(bound, unit);
    if (mistake) expect(found.join()).toMatch(mistake);
    else expect(found).toEqual([]);
  });

  it('says what it wants', () => {
    expect(describeBound({ gte: 0, lt: '20 s' }, 's')).toBe('< 20 s and >= 0 s');
    expect(describeBound({ abs: { lt: 0.01 } }, '')).toBe('absolute value < 0.01');
  });
});
