/**
 * Statistics by their names: the five basic ones, percentiles `p99.9`, trimmed and winsorized means, the
 * interquartile mean, and the ranges `TM(10%:90%)`, `WM`, `TC`, `TS`, `PR(0:100)`. Pure.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
 */
import type { Bucket } from './bucket.ts';

/** The value of a statistic over a bucket; nothing where it cannot be told. */
export type Statistic = (bucket: Bucket) => number | undefined;

const BASIC: { readonly [name: string]: Statistic } = {
  SampleCount: ({ sampleCount }) => sampleCount,
  Average: ({ sum, sampleCount }) => sum / sampleCount,
  Sum: ({ sum }) => sum,
  Minimum: ({ minimum }) => minimum,
  Maximum: ({ maximum }) => maximum,
};

export const BASIC_STATISTICS = Object.keys(BASIC);

/** `p95`, `tm90`, `wm98`, `tc90`, `ts90`. */
const SHORT = /^(p|tm|wm|tc|ts)(\d{1,3}(?:\.\d{1,10})?)$/i;
/** `TM(10%:90%)`, `PR(:300)`: bounds are percentages or values; one may be left out. */
const RANGE = /^(TM|WM|TC|TS|PR)\((-?[\d.]+%?)?:(-?[\d.]+%?)?\)$/i;

/** The statistic called `name`, or nothing when there is none of that name. */
export function statisticOf(name: string): Statistic | undefined {
  const basic = Object.hasOwn(BASIC, name) ? BASIC[name] : undefined;
  if (basic) return basic;
  if (/^iqm$/i.test(name)) return overRange('TM', { low: percent(25), high: percent(75) });
  const short = SHORT.exec(name);
  if (short) {
    const amount = Number(short[2]);
    if (amount > 100) return undefined;
    const kind = short[1]!.toUpperCase();
    // AWS tells none of values below zero.
    if (kind === 'P') return (bucket) => (bucket.minimum < 0 ? undefined : percentile(bucket, amount));
    return overRange(kind, { high: percent(amount) });
  }
  const range = RANGE.exec(name);
  if (!range) return undefined;
  const [low, high] = [bound(range[2]), bound(range[3])];
  if (low === 'wrong' || high === 'wrong' || (!low && !high)) return undefined;
  return overRange(range[1]!.toUpperCase(), { ...(low ? { low } : {}), ...(high ? { high } : {}) });
}

interface Bound {
  kind: 'percent' | 'value';
  amount: number;
}

const percent = (amount: number): Bound => ({ kind: 'percent', amount });

function bound(text: string | undefined): Bound | 'wrong' | undefined {
  if (text === undefined || text === '') return undefined;
  const amount = Number(text.replace('%', ''));
  if (!Number.isFinite(amount)) return 'wrong';
  if (!text.endsWith('%')) return { kind: 'value', amount };
  return amount < 0 || amount > 100 ? 'wrong' : percent(amount);
}

const sorted = (values: ReadonlyMap<number, number>): [number, number][] =>
  [...values].sort(([a], [b]) => a - b);

/** The smallest value that `amount` percent of the samples do not exceed. */
function percentile({ values, minimum, maximum, sampleCount }: Bucket, amount: number): number | undefined {
  if (!values) return sampleCount === 1 ? minimum : undefined;
  if (amount >= 100) return maximum;
  const wanted = (amount / 100) * sampleCount;
  let seen = 0;
  for (const [value, count] of sorted(values)) {
    seen += count;
    if (seen >= wanted && seen > 0) return value;
  }
  return maximum;
}

function overRange(kind: string, range: { low?: Bound; high?: Bound }): Statistic {
  return (bucket) => {
    if (!bucket.values) return undefined;
    const whole = sorted(bucket.values);
    const from = limit(bucket, range.low, Number.NEGATIVE_INFINITY);
    const to = limit(bucket, range.high, Number.POSITIVE_INFINITY);
    if (from === undefined || to === undefined) return undefined;
    const inside = whole.filter(([value]) => value >= from && value <= to);
    const count = inside.reduce((all, [, times]) => all + times, 0);
    const sum = inside.reduce((all, [value, times]) => all + value * times, 0);
    if (kind === 'TC') return count;
    if (kind === 'TS') return sum;
    if (kind === 'PR') return (100 * count) / bucket.sampleCount;
    if (kind === 'TM') return count === 0 ? undefined : sum / count;
    // Winsorized: what lies outside counts as the boundary.
    const clamped = whole.reduce(
      (all, [value, times]) => all + Math.min(Math.max(value, from), to) * times,
      0,
    );
    return clamped / bucket.sampleCount;
  };
}

function limit(bucket: Bucket, bound: Bound | undefined, open: number): number | undefined {
  if (!bound) return open;
  return bound.kind === 'value' ? bound.amount : percentile(bucket, bound.amount);
}
