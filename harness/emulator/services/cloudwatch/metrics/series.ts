/** One metric over time: buckets by second or minute, for each unit it came in. */
import { addBucket, addSamples, type Bucket, emptyBucket } from './bucket.ts';
import type { Metric, MetricDatum, Samples } from './metric.ts';

const MINUTE_MS = 60_000;
const SECOND_MS = 1000;

/** A bucket of a query's answer. */
export interface TimedBucket {
  startMs: number;
  bucket: Bucket;
}

export class Series {
  readonly metric: Metric;
  /** Buckets by start time, by unit. */
  readonly #units = new Map<string, Map<number, Bucket>>();
  #lastMs = Number.NEGATIVE_INFINITY;

  constructor(metric: Metric) {
    this.metric = metric;
  }

  /** Time of the latest datum. */
  get lastMs(): number {
    return this.#lastMs;
  }

  get units(): string[] {
    return [...this.#units.keys()].sort();
  }

  add({ unit, timestampMs, highResolution, samples }: Omit<MetricDatum, 'metric'>): void {
    const stepMs = highResolution ? SECOND_MS : MINUTE_MS;
    const startMs = Math.floor(timestampMs / stepMs) * stepMs;
    const buckets = this.#units.get(unit) ?? new Map<number, Bucket>();
    this.#units.set(unit, buckets);
    const bucket = buckets.get(startMs) ?? emptyBucket();
    buckets.set(startMs, bucket);
    addSamples(bucket, samples);
    this.#lastMs = Math.max(this.#lastMs, startMs);
  }

  /** Non-empty periods from `startMs` (where the first begins) to before `endMs`, oldest first. */
  periods(unit: string, range: { startMs: number; endMs: number; periodMs: number }): TimedBucket[] {
    const { startMs, endMs, periodMs } = range;
    const found = new Map<number, Bucket>();
    for (const [atMs, bucket] of this.#units.get(unit) ?? []) {
      if (atMs < startMs || atMs >= endMs) continue;
      const index = Math.floor((atMs - startMs) / periodMs);
      const joined = found.get(index) ?? emptyBucket();
      addBucket(joined, bucket);
      found.set(index, joined);
    }
    return [...found]
      .filter(([, bucket]) => bucket.sampleCount > 0)
      .sort(([a], [b]) => a - b)
      .map(([index, bucket]) => ({ startMs: startMs + index * periodMs, bucket }));
  }

  /** The buckets as data that would bring them about again. */
  *data(): Generator<Omit<MetricDatum, 'metric'>> {
    for (const [unit, buckets] of this.#units) {
      for (const [timestampMs, bucket] of buckets) {
        // A bucket that begins within a minute can only be of high resolution.
        yield {
          unit,
          timestampMs,
          highResolution: timestampMs % MINUTE_MS !== 0,
          samples: samplesOf(bucket),
        };
      }
    }
  }
}

function samplesOf({ values, sampleCount, sum, minimum, maximum }: Bucket): Samples {
  if (!values) return { sampleCount, sum, minimum, maximum };
  return { values: [...values.keys()], counts: [...values.values()] };
}

/** Periods begin at the start asked for, rounded down to the minute (or to the period, when that is shorter). */
export function alignedStart(startMs: number, periodMs: number): number {
  const stepMs = Math.min(periodMs, MINUTE_MS);
  return Math.floor(startMs / stepMs) * stepMs;
}
