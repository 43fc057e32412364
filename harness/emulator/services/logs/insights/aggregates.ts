/**
 * Aggregations of `stats`, fed value by value in order of time. Pure.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-Stats.html
 */
import { compare, numberOf, textOf, type Value } from './values.ts';

export interface Aggregate {
  /** One event's arguments. */
  add(given: readonly Value[]): void;
  result(): Value;
}

const total = (): { sum: number; count: number } => ({ sum: 0, count: 0 });

function ofNumbers(step: (value: number) => void, result: () => Value): Aggregate {
  return {
    add([value]) {
      const number = numberOf(value);
      if (number !== undefined) step(number);
    },
    result,
  };
}

function sum(): Aggregate {
  const all = total();
  return ofNumbers(
    (value) => {
      all.sum += value;
      all.count++;
    },
    () => all.sum,
  );
}

function avg(): Aggregate {
  const all = total();
  return ofNumbers(
    (value) => {
      all.sum += value;
      all.count++;
    },
    () => (all.count > 0 ? all.sum / all.count : undefined),
  );
}

/** `count()` and `count(*)` count events, `count(field)` those that have it. */
function count(): Aggregate {
  let found = 0;
  return {
    add(given) {
      if (given.length === 0 || given[0] !== undefined) found++;
    },
    result: () => found,
  };
}

function countDistinct(): Aggregate {
  const seen = new Set<string>();
  return {
    add([value]) {
      const text = textOf(value);
      if (text !== undefined) seen.add(text);
    },
    result: () => seen.size,
  };
}

function best(isBetter: (difference: number) => boolean): Aggregate {
  let found: Value;
  return {
    add([value]) {
      if (value === undefined) return;
      const own = numberOf(value) ?? value;
      if (found === undefined || isBetter(compare(own, found))) found = own;
    },
    result: () => found,
  };
}

/** Nearest rank. */
function pct(fixed?: number): Aggregate {
  const values: number[] = [];
  let percent = fixed ?? 50;
  return {
    add([value, wanted]) {
      const number = numberOf(value);
      if (number !== undefined) values.push(number);
      percent = fixed ?? numberOf(wanted) ?? percent;
    },
    result() {
      values.sort((a, b) => a - b);
      const rank = Math.ceil((Math.min(Math.max(percent, 0), 100) / 100) * values.length);
      return values[Math.max(rank, 1) - 1];
    },
  };
}

/** By Welford: one pass, no loss of digits. */
function stddev(): Aggregate {
  let seen = 0;
  let mean = 0;
  let squares = 0;
  return ofNumbers(
    (value) => {
      seen++;
      const before = value - mean;
      mean += before / seen;
      squares += before * (value - mean);
    },
    () => (seen > 0 ? Math.sqrt(squares / seen) : undefined),
  );
}

function last(): Aggregate {
  let found: Value;
  return {
    add([value]) {
      if (value !== undefined) found = value;
    },
    result: () => found,
  };
}

function first(): Aggregate {
  let found: Value;
  return {
    add([value]) {
      found ??= value;
    },
    result: () => found,
  };
}

const bySort = (isBetter: (difference: number) => boolean) => () => best(isBetter);

export const AGGREGATES: ReadonlyMap<string, () => Aggregate> = new Map(
  Object.entries<() => Aggregate>({
    avg,
    count,
    count_distinct: countDistinct,
    max: bySort((difference) => difference > 0),
    min: bySort((difference) => difference < 0),
    median: () => pct(50),
    pct: () => pct(),
    percentile: () => pct(),
    stddev,
    sum,
    earliest: first,
    latest: last,
    sortsfirst: bySort((difference) => difference < 0),
    sortslast: bySort((difference) => difference > 0),
  }),
);
