/** What metric math computes with: scalars, time series, and lists of those. Pure. */
import { MathError } from './parse.ts';

export interface TimeSeries {
  kind: 'series';
  /** Of the query it came from, or of the expression. */
  label: string;
  periodMs: number;
  /** By time, ascending. */
  points: ReadonlyMap<number, number>;
}

export type Value =
  | { kind: 'scalar'; value: number }
  | TimeSeries
  | { kind: 'list'; items: TimeSeries[] }
  | Text;
interface Text {
  kind: 'text';
  value: string;
}

export const scalar = (value: number): Value => ({ kind: 'scalar', value });

/** A series with each value put through `change`; what gives nothing is left out. */
export function mapPoints(
  series: TimeSeries,
  change: (value: number, atMs: number) => number | undefined,
): TimeSeries {
  const points = new Map<number, number>();
  for (const [atMs, value] of series.points) {
    const changed = change(value, atMs);
    if (changed !== undefined && Number.isFinite(changed)) points.set(atMs, changed);
  }
  return { ...series, points };
}

/** Each series of a value put through `change`. */
export function mapSeries(value: Value, change: (series: TimeSeries) => TimeSeries): Value {
  if (value.kind === 'series') return change(value);
  if (value.kind === 'list') return { kind: 'list', items: value.items.map(change) };
  throw new MathError('Expected a time series');
}

/** Two values joined point by point: series meet where both have a value, lists are taken item by item. */
export function combine(left: Value, right: Value, join: (a: number, b: number) => number): Value {
  if (left.kind === 'text' || right.kind === 'text') throw new MathError('Unexpected text');
  if (left.kind === 'scalar' && right.kind === 'scalar') return scalar(join(left.value, right.value));
  if (left.kind === 'list' && right.kind === 'list') {
    if (left.items.length !== right.items.length) throw new MathError('Lists must be of the same length');
    return { kind: 'list', items: left.items.map((item, i) => joinTwo(item, right.items[i]!, join)) };
  }
  if (left.kind === 'list')
    return { kind: 'list', items: left.items.map((item) => joinTwo(item, right, join)) };
  if (right.kind === 'list')
    return { kind: 'list', items: right.items.map((item) => joinTwo(left, item, join)) };
  return joinTwo(left, right, join);
}

function joinTwo(
  left: Exclude<Value, Text>,
  right: Exclude<Value, Text>,
  join: (a: number, b: number) => number,
): TimeSeries {
  if (left.kind === 'series' && right.kind === 'scalar') {
    return mapPoints(left, (value) => join(value, right.value));
  }
  if (left.kind === 'scalar' && right.kind === 'series') {
    return mapPoints(right, (value) => join(left.value, value));
  }
  if (left.kind !== 'series' || right.kind !== 'series') throw new MathError('Lists cannot be nested');
  return mapPoints(left, (value, atMs) => {
    const other = right.points.get(atMs);
    return other === undefined ? undefined : join(value, other);
  });
}
