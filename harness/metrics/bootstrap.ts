import type { Random } from '../core/random.ts';
import { percentile } from './threshold.ts';

/** A median and where it lies with 95 % confidence, in the unit of the values. */
export interface MedianInterval {
  median: number;
  low: number;
  high: number;
  /** Number of values it rests on. */
  count: number;
}

const RESAMPLES = 2000;

const medianOf = (values: readonly number[]): number => percentile(values, 50);

/**
 * The median with its percentile bootstrap interval (Efron 1979). Of fewer than three values the interval is
 * their range: resampling two values says nothing more.
 */
export function medianInterval(values: readonly number[], random: Random): MedianInterval {
  const count = values.length;
  if (count === 0) return { median: Number.NaN, low: Number.NaN, high: Number.NaN, count };
  if (count < 3) {
    return { median: medianOf(values), low: Math.min(...values), high: Math.max(...values), count };
  }
  const medians = resampledMedians(values, random);
  return {
    median: medianOf(values),
    low: percentile(medians, 2.5),
    high: percentile(medians, 97.5),
    count,
  };
}

/** The ratio of two medians, `of` over `to`, with its 95 % interval; both sides are resampled. */
export function medianRatio(of: readonly number[], to: readonly number[], random: Random): MedianInterval {
  const count = Math.min(of.length, to.length);
  const median = medianOf(of) / medianOf(to);
  const above = of.length < 3 ? [...of] : resampledMedians(of, random);
  const below = to.length < 3 ? [...to] : resampledMedians(to, random);
  if (of.length < 3 || to.length < 3) {
    const ratios = above.flatMap((a) => below.map((b) => a / b)).sort((a, b) => a - b);
    const edge = (values: readonly number[]) => [percentile(values, 2.5), percentile(values, 97.5)] as const;
    const [low, high] =
      ratios.length < 10 ? [ratios[0] ?? Number.NaN, ratios.at(-1) ?? Number.NaN] : edge(ratios);
    return { median, low, high, count };
  }
  const ratios = above.map((value, index) => value / below[index]!);
  return { median, low: percentile(ratios, 2.5), high: percentile(ratios, 97.5), count };
}

/** Medians of resamples, each found by counting how often each rank was drawn: nothing is sorted anew. */
function resampledMedians(values: readonly number[], random: Random): number[] {
  const sorted = new Float64Array(values).sort();
  const counts = new Uint32Array(values.length);
  return Array.from({ length: RESAMPLES }, () => {
    drawRanks(random, counts);
    return countedMedian(sorted, counts);
  });
}

/** Draws as many ranks as there are, with replacement: `counts` then holds how often each was drawn. */
export function drawRanks(random: Random, counts: Uint32Array): void {
  const { length } = counts;
  counts.fill(0);
  for (let draw = 0; draw < length; draw++) {
    const rank = Math.floor(random.next() * length);
    counts[rank] = counts[rank]! + 1;
  }
}

/** Median of values in ascending order, each as often as `counts` says; `counts` adds up to their number. */
export function countedMedian(sorted: ArrayLike<number>, counts: ArrayLike<number>): number {
  const middle = (sorted.length - 1) / 2;
  let rank = -1;
  let passed = 0;
  const upTo = (position: number) => {
    while (passed <= position) passed += counts[++rank]!;
    return sorted[rank]!;
  };
  const low = upTo(Math.floor(middle));
  return low + (upTo(Math.ceil(middle)) - low) * (middle % 1);
}
