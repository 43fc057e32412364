import { describe, expect, it } from 'vitest';
import { resolveExpression } from '../../../harness/metrics/index.ts';
import {
  aggregate,
  ExpressionError,
  parseExpression,
  percentile,
} from '../../../harness/metrics/threshold.ts';
import { registerPacks } from '../../../harness/packs/register.ts';

registerPacks();

describe('metric expressions', () => {
  it.each([
    ['p95(inference.duration)', { aggregate: { percentile: 95 }, metric: 'inference.duration' }],
    ['p99.9( memory )', { aggregate: { percentile: 99.9 }, metric: 'memory' }],
    [' max(memory) ', { aggregate: 'max', metric: 'memory' }],
    ['cost.total', { metric: 'cost.total' }],
  ])('%s', (text, expected) => expect(parseExpression(text)).toEqual(expected));

  it.each([
    ['', 0, /metric is missing/],
    ['p95()', 4, /metric is missing/],
    ['p95(memory', 10, /"\)" is missing/],
    ['p101(memory)', 0, /no aggregate/],
    ['avg(memory)', 0, /"avg" is no aggregate; use p50/],
    ['max(memory) x', 12, /"x" is too much/],
    ['max(max(memory))', 7, /"\)" is missing/],
  ])('%j is wrong at character %i', (text, offset, message) => {
    try {
      parseExpression(text);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(ExpressionError);
      expect((error as ExpressionError).message).toMatch(message);
      expect((error as ExpressionError).offset).toBe(offset);
    }
  });

  it('names the unit of the outcome', () => {
    expect(resolveExpression('max(memory)').unit).toBe('MB');
    expect(resolveExpression('count(memory)').unit).toBe('');
  });
});

describe('aggregates', () => {
  const values = [4, 1, 3, 2];
  it.each([
    ['mean', 2.5],
    ['median', 2.5],
    ['min', 1],
    ['max', 4],
    ['sum', 10],
    ['count', 4],
  ] as const)('%s', (kind, expected) => expect(aggregate(kind, values)).toBe(expected));

  it('interpolates percentiles as NumPy does', () => {
    // numpy.percentile([4, 1, 3, 2], [0, 25, 95, 100]) = [1, 1.75, 3.85, 4]
    expect([0, 25, 95, 100].map((p) => percentile(values, p))).toEqual([1, 1.75, 3.8499999999999996, 4]);
  });

  it('has no mean of nothing', () => {
    expect(aggregate('mean', [])).toBeNaN();
    expect(aggregate({ percentile: 95 }, [])).toBeNaN();
    expect(aggregate('sum', [])).toBe(0);
  });
});
