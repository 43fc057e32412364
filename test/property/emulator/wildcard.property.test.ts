import fc from 'fast-check';
import { expect, it } from 'vitest';
import { wildcardCaptures, wildcardTest } from '../../../harness/emulator/services/logs/wildcard.ts';

const letters = fc.stringMatching(/^[ab]{0,12}$/);
const patterns = fc.stringMatching(/^[ab*]{1,8}$/).filter((pattern) => pattern.includes('*'));

it('matches the whole of a text as a regular expression would', () => {
  fc.assert(
    fc.property(patterns, letters, (pattern, text) => {
      const expression = new RegExp(`^${pattern.replaceAll('*', '.*')}$`, 's');
      expect(wildcardTest(pattern)(text)).toBe(expression.test(text));
    }),
    { numRuns: 1000 },
  );
});

it('captures what a regular expression with lazy groups would', () => {
  fc.assert(
    fc.property(patterns, letters, (pattern, text) => {
      const parts = pattern.split('*');
      const isOpen = parts.at(-1) === '';
      const source = parts.map((part, i) => {
        if (i === parts.length - 1) return part;
        return part + (isOpen && i === parts.length - 2 ? '(.*)' : '(.*?)');
      });
      const expected = new RegExp(source.join(''), 's').exec(text)?.slice(1);
      expect(wildcardCaptures(parts)(text)).toEqual(expected);
    }),
    { numRuns: 1000 },
  );
});

it('takes no longer for many stars than for one', () => {
  const pattern = `${'*a'.repeat(40)}*b`;
  const text = 'a'.repeat(200_000);
  const startMs = performance.now();
  expect(wildcardTest(pattern)(text)).toBe(false);
  expect(wildcardCaptures(pattern.split('*'))(text)).toBeUndefined();
  expect(performance.now() - startMs).toBeLessThan(1_000);
});
