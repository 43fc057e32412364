import { describe, expect, it } from 'vitest';
import { contentChanges, unstableLeaves } from '../../../harness/mutation/change-content.ts';

const STABLE = { unstable: new Set<string>() };

describe('contentChanges', () => {
  it.each<[keyof typeof contentChanges, string, string]>([
    ['truncate', '{"a":1}', '{"a'],
    ['dropRow', '[{"id":1},{"id":2}]', '[{"id":1}]'],
    ['dropRow', 'id\n1\n2\n', 'id\n1\n'],
    ['duplicateRow', '[{"id":1}]', '[{"id":1},{"id":1}]'],
    ['swapRows', '[{"id":1,"z":5},{"id":2,"z":6}]', '[{"id":1,"z":6},{"id":2,"z":5}]'],
    ['wrongCount', '{"share":0.5,"count":3}', '{"share":0.5,"count":4}'],
    ['rescale', '{"share":0.5,"count":3}', '{"share":0.75,"count":3}'],
    ['nan', '{"count":3}', '{"count":null}'],
  ])('%s changes %j', (change, text, changed) => {
    expect(contentChanges[change](text, STABLE)).toBe(changed);
  });

  it('makes numbers of binary content not numbers', () => {
    const text = '\x00\x01'.repeat(32);
    expect(contentChanges.nan(text, STABLE)).toBe(`${text.slice(0, 48)}${'\xff'.repeat(8)}${text.slice(56)}`);
  });

  it('swaps with other content only', () => {
    expect(contentChanges.swap('a', { ...STABLE, other: 'b' })).toBe('b');
    expect(contentChanges.swap('a', { ...STABLE, other: 'a' })).toBeUndefined();
    expect(contentChanges.swap('a', STABLE)).toBeUndefined();
  });

  it('leaves alone what differs from run to run', () => {
    const unstable = unstableLeaves('{"tookMs":12,"count":3}', '{"tookMs":15,"count":3}');
    expect([...unstable]).toEqual(['["tookMs"]']);
    expect(contentChanges.wrongCount('{"tookMs":12,"count":3}', { unstable })).toBe(
      '{"tookMs":12,"count":4}',
    );
    expect(contentChanges.wrongCount('{"tookMs":12}', { unstable })).toBeUndefined();
  });
});
