/**
 * Functions of metric math, by name. Pure.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html#metric-math-syntax-functions-list
 */
import { alignedStart } from '../metrics/series.ts';
import { MathError } from './parse.ts';
import { combine, mapPoints, mapSeries, scalar, type TimeSeries, type Value } from './values.ts';

export interface MathRange {
  startMs: number;
  endMs: number;
}

type MathFunction = (given: readonly Value[], range: MathRange) => Value;

const one = (given: readonly Value[]): Value => {
  if (given.length !== 1) throw new MathError('Expected one argument');
  return given[0]!;
};

/** A function of each point. */
const pointwise =
  (change: (value: number) => number): MathFunction =>
  (given) => {
    const value = one(given);
    if (value.kind === 'scalar') return scalar(change(value.value));
    return mapSeries(value, (series) => mapPoints(series, change));
  };

const toList = (value: Value): TimeSeries[] => {
  if (value.kind === 'list') return value.items;
  if (value.kind === 'series') return [value];
  throw new MathError('Expected time series');
};

/** Of one series its scalar, of several the series of what they have at each time. */
const summary =
  (of: (values: readonly number[]) => number | undefined): MathFunction =>
  (given) => {
    const value = given.length > 1 ? { kind: 'list' as const, items: given.flatMap(toList) } : one(given);
    if (value.kind === 'scalar') return scalar(of([value.value]) ?? Number.NaN);
    if (value.kind === 'series') return scalar(of([...value.points.values()]) ?? Number.NaN);
    return across(toList(value), of);
  };

function across(
  items: readonly TimeSeries[],
  of: (values: readonly number[]) => number | undefined,
): TimeSeries {
  const times = new Set(items.flatMap((series) => [...series.points.keys()]));
  const points = new Map<number, number>();
  for (const atMs of [...times].sort((a, b) => a - b)) {
    const here = items.flatMap((series) => series.points.get(atMs) ?? []);
    const value = of(here);
    if (value !== undefined) points.set(atMs, value);
  }
  return { kind: 'series', label: '', periodMs: items[0]?.periodMs ?? 60_000, points };
}

const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
const mean = (values: readonly number[]) => (values.length > 0 ? total(values) / values.length : undefined);

function deviation(values: readonly number[]): number | undefined {
  const middle = mean(values);
  if (middle === undefined) return undefined;
  return Math.sqrt(total(values.map((value) => (value - middle) ** 2)) / values.length);
}

/** A function of each point and the one before it. */
const withPrevious =
  (of: (change: number, seconds: number) => number): MathFunction =>
  (given) =>
    mapSeries(one(given), (series) => {
      let previous: { value: number; atMs: number } | undefined;
      return mapPoints(series, (value, atMs) => {
        const before = previous;
        previous = { value, atMs };
        return before && of(value - before.value, (atMs - before.atMs) / 1000);
      });
    });

/** The series of a number that time alone tells. */
const ofTime =
  (of: (date: Date) => number): MathFunction =>
  (given) =>
    mapSeries(one(given), (series) => mapPoints(series, (_value, atMs) => of(new Date(atMs))));

const atEnd =
  (pick: (values: readonly number[]) => number | undefined): MathFunction =>
  (given) => {
    const value = one(given);
    if (value.kind !== 'series') throw new MathError('Expected a time series');
    return scalar(pick([...value.points.values()]) ?? Number.NaN);
  };

const fill: MathFunction = (given, { startMs, endMs }) => {
  const [value, filler] = given;
  if (!value || !filler || given.length !== 2) throw new MathError('FILL takes two arguments');
  return mapSeries(value, (series) => {
    const points = new Map<number, number>();
    const known = [...series.points];
    let next = 0;
    for (let atMs = alignedStart(startMs, series.periodMs); atMs < endMs; atMs += series.periodMs) {
      while (next < known.length && known[next]![0] < atMs) next++;
      const here = series.points.get(atMs);
      const filled = here ?? fillerAt(filler, atMs, known[next - 1], known[next]);
      if (filled !== undefined) points.set(atMs, filled);
    }
    return { ...series, points };
  });
};

function fillerAt(
  filler: Value,
  atMs: number,
  before: [number, number] | undefined,
  after: [number, number] | undefined,
): number | undefined {
  if (filler.kind === 'scalar') return filler.value;
  if (filler.kind === 'series') return filler.points.get(atMs);
  if (filler.kind !== 'text') throw new MathError('FILL takes a number, REPEAT or LINEAR');
  if (filler.value === 'REPEAT') return before?.[1];
  if (!before || !after) return undefined;
  return before[1] + ((after[1] - before[1]) * (atMs - before[0])) / (after[0] - before[0]);
}

const choose: MathFunction = (given) => {
  const [condition, yes, no] = given;
  if (!condition || !yes) throw new MathError('IF takes two or three arguments');
  if (condition.kind === 'scalar') {
    const chosen = condition.value !== 0 ? yes : no;
    if (!chosen) throw new MathError('IF with a scalar condition takes three arguments');
    return chosen;
  }
  return mapSeries(condition, (series) =>
    mapPoints(series, (holds, atMs) => {
      const chosen = holds !== 0 ? yes : no;
      if (chosen?.kind === 'scalar') return chosen.value;
      return chosen?.kind === 'series' ? chosen.points.get(atMs) : undefined;
    }),
  );
};

const runningSum: MathFunction = (given) =>
  mapSeries(one(given), (series) => {
    let sum = 0;
    return mapPoints(series, (value) => {
      sum += value;
      return sum;
    });
  });

const period: MathFunction = (given) => {
  const value = one(given);
  if (value.kind !== 'series') throw new MathError('Expected a time series');
  return scalar(value.periodMs / 1000);
};

const timeSeries: MathFunction = (given, { startMs, endMs }) => {
  const value = one(given);
  if (value.kind !== 'scalar') throw new MathError('TIME_SERIES takes a number');
  const points = new Map<number, number>();
  for (let atMs = alignedStart(startMs, 60_000); atMs < endMs; atMs += 60_000) points.set(atMs, value.value);
  return { kind: 'series', label: '', periodMs: 60_000, points };
};

export const FUNCTIONS: ReadonlyMap<string, MathFunction> = new Map(
  Object.entries<MathFunction>({
    ABS: pointwise(Math.abs),
    CEIL: pointwise(Math.ceil),
    FLOOR: pointwise(Math.floor),
    LOG: pointwise(Math.log),
    LOG10: pointwise(Math.log10),
    AVG: summary(mean),
    MAX: summary((values) => (values.length > 0 ? Math.max(...values) : undefined)),
    MIN: summary((values) => (values.length > 0 ? Math.min(...values) : undefined)),
    STDDEV: summary(deviation),
    SUM: summary(total),
    METRIC_COUNT: (given) => scalar(toList(one(given)).length),
    DATAPOINT_COUNT: summary((values) => values.length),
    DIFF: withPrevious((change) => change),
    DIFF_TIME: withPrevious((_change, seconds) => seconds),
    RATE: withPrevious((change, seconds) => change / seconds),
    RUNNING_SUM: runningSum,
    FIRST: atEnd((values) => values[0]),
    LAST: atEnd((values) => values.at(-1)),
    FILL: fill,
    IF: choose,
    PERIOD: period,
    TIME_SERIES: timeSeries,
    MINUTE: ofTime((date) => date.getUTCMinutes()),
    HOUR: ofTime((date) => date.getUTCHours()),
    DAY: ofTime((date) => date.getUTCDay() || 7),
    DATE: ofTime((date) => date.getUTCDate()),
    MONTH: ofTime((date) => date.getUTCMonth() + 1),
    YEAR: ofTime((date) => date.getUTCFullYear()),
    EPOCH: ofTime((date) => date.getTime() / 1000),
  }),
);

const truth = (holds: boolean) => (holds ? 1 : 0);

const OPERATORS: { readonly [operator: string]: (a: number, b: number) => number } = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '^': (a, b) => a ** b,
  '<': (a, b) => truth(a < b),
  '>': (a, b) => truth(a > b),
  '<=': (a, b) => truth(a <= b),
  '>=': (a, b) => truth(a >= b),
  '==': (a, b) => truth(a === b),
  '!=': (a, b) => truth(a !== b),
  '&&': (a, b) => truth(a !== 0 && b !== 0),
  AND: (a, b) => truth(a !== 0 && b !== 0),
  '||': (a, b) => truth(a !== 0 || b !== 0),
  OR: (a, b) => truth(a !== 0 || b !== 0),
};

/** A division by zero gives no point, as on AWS. */
export const applyOperator = (operator: string, left: Value, right: Value): Value =>
  combine(left, right, OPERATORS[operator]!);
