/**
 * The samples of one metric within one stretch of time, summed up so that buckets can be joined: what every
 * statistic is computed from. Pure.
 */
import type { Samples } from './metric.ts';

export interface Bucket {
  sampleCount: number;
  sum: number;
  minimum: number;
  maximum: number;
  /** How often each value came; absent once a set of statistics went in, of which percentiles cannot be told. */
  values?: Map<number, number>;
}

/** Beyond so many different values they are kept to four digits: percentiles stay within 0.05 %, memory bounded. */
const MAX_EXACT_VALUES = 1000;
const KEPT_DIGITS = 4;

export const emptyBucket = (): Bucket => ({
  sampleCount: 0,
  sum: 0,
  minimum: Number.POSITIVE_INFINITY,
  maximum: Number.NEGATIVE_INFINITY,
  values: new Map(),
});

/** Adds samples to a bucket. */
export function addSamples(bucket: Bucket, samples: Samples): void {
  if ('values' in samples) {
    for (const [i, value] of samples.values.entries()) {
      const count = samples.counts[i] ?? 1;
      if (count > 0) addValue(bucket, value, count);
    }
    return;
  }
  const { sampleCount, sum, minimum, maximum } = samples;
  if (sampleCount <= 0) return;
  if (minimum === maximum) addValue(bucket, minimum, sampleCount);
  else {
    delete bucket.values;
    join(bucket, sampleCount, sum, minimum, maximum);
  }
}

function addValue(bucket: Bucket, value: number, count: number): void {
  join(bucket, count, value * count, value, value);
  const { values } = bucket;
  if (!values) return;
  const kept = values.size < MAX_EXACT_VALUES ? value : Number(value.toPrecision(KEPT_DIGITS));
  values.set(kept, (values.get(kept) ?? 0) + count);
}

function join(bucket: Bucket, sampleCount: number, sum: number, minimum: number, maximum: number): void {
  bucket.sampleCount += sampleCount;
  bucket.sum += sum;
  bucket.minimum = Math.min(bucket.minimum, minimum);
  bucket.maximum = Math.max(bucket.maximum, maximum);
}

/** Adds all of `other` to `bucket`. */
export function addBucket(bucket: Bucket, other: Bucket): void {
  if (other.sampleCount === 0) return;
  join(bucket, other.sampleCount, other.sum, other.minimum, other.maximum);
  if (!other.values) delete bucket.values;
  if (!bucket.values || !other.values) return;
  for (const [value, count] of other.values) {
    bucket.values.set(value, (bucket.values.get(value) ?? 0) + count);
  }
}
