import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../harness/core/random.ts';
import { medianInterval, medianRatio } from '../../../harness/metrics/bootstrap.ts';
import { percentile } from '../../../harness/metrics/threshold.ts';

/** Values around 100 with a spread of 10. */
function noisy(seed: string, count: number, center = 100): number[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => center + 20 * (random.next() - 0.5));
}

describe('medianInterval', () => {
  it('covers the true median about as often as it says', () => {
    const trials = 200;
    const covered = Array.from({ length: trials }, (_, i) => {
      const { low, high } = medianInterval(noisy(`trial ${i}`, 15), seededRandom(i));
      return low <= 100 && 100 <= high;
    }).filter(Boolean).length;
    // The percentile bootstrap of a median at n = 15 covers 90 to 99 %.
    expect(covered / trials).toBeGreaterThan(0.88);
    expect(covered / trials).toBeLessThanOrEqual(1);
  });

  it('narrows with more values', () => {
    const width = (count: number) => {
      const { low, high } = medianInterval(noisy('width', count), seededRandom(1));
      return high - low;
    };
    expect(width(100)).toBeLessThan(width(8));
  });

  it('is the range of one or two values, and the same for the same seed', () => {
    expect(medianInterval([3], seededRandom(1))).toEqual({ median: 3, low: 3, high: 3, count: 1 });
    expect(medianInterval([3, 5], seededRandom(1))).toEqual({ median: 4, low: 3, high: 5, count: 2 });
    const values = noisy('same', 9);
    expect(medianInterval(values, seededRandom(4))).toEqual(medianInterval(values, seededRandom(4)));
  });

  it.each([3, 4, 17, 50])('is what sorting %i values of every resample says, ties included', (count) => {
    const values = noisy('plain', count).map(Math.round);
    const random = seededRandom(7);
    const medians = Array.from({ length: 2000 }, () =>
      percentile(
        values.map(() => values[Math.floor(random.next() * count)]!),
        50,
      ),
    );
    expect(medianInterval(values, seededRandom(7))).toEqual({
      median: percentile(values, 50),
      low: percentile(medians, 2.5),
      high: percentile(medians, 97.5),
      count,
    });
  });
});

describe('medianRatio', () => {
  it('holds 1 for equal sources and leaves it for a real slowdown', () => {
    const base = noisy('base', 12);
    const same = medianRatio(noisy('again', 12), base, seededRandom(2));
    expect(same.low).toBeLessThan(1);
    expect(same.high).toBeGreaterThan(1);
    const slower = medianRatio(noisy('slow', 12, 150), base, seededRandom(2));
    expect(slower.low).toBeGreaterThan(1.2);
  });

  it('knows nothing beyond the ratio of single values', () => {
    expect(medianRatio([12], [10], seededRandom(1))).toMatchObject({ median: 1.2, low: 1.2, high: 1.2 });
  });
});
