import { describe, expect, it } from 'vitest';
import { durationSeconds, listOf, pattern, shard } from '../../../harness/cli/options.ts';

describe('option values', () => {
  it('reads times, shards and lists', () => {
    expect(['90', '90s', '5m', '1.5 h'].map(durationSeconds)).toEqual([90, 90, 300, 5400]);
    expect(shard('2/4')).toEqual({ index: 2, count: 4 });
    expect(listOf('c', listOf('a, b,'))).toEqual(['a', 'b', 'c']);
    expect(pattern('^a').test('ab')).toBe(true);
  });

  it.each([
    ['0', durationSeconds],
    ['5 days', durationSeconds],
    ['0/3', shard],
    ['4/3', shard],
    ['2', shard],
    ['(', pattern],
  ])('refuses %s', (text, parse) => {
    expect(() => parse(text)).toThrow(/It must/);
  });
});
