/** Values of fields. Text that is a number counts as one, as log lines hold nothing but text. Pure. */

/** A moment, shown as `2026-05-20 12:00:00.000`. */
export class Moment {
  readonly ms: number;

  constructor(ms: number) {
    this.ms = ms;
  }
}

export type Value = string | number | boolean | Moment | undefined;

const NUMBER = /^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?\s*$/i;

/** The number a value is, if it is one. */
export function numberOf(value: Value): number | undefined {
  if (typeof value === 'number') return value;
  if (value instanceof Moment) return value.ms;
  if (typeof value === 'string' && NUMBER.test(value)) return Number(value);
  return undefined;
}

/** As results show it: at most four decimals. */
export function textOf(value: Value): string | undefined {
  if (value === undefined) return undefined;
  if (value instanceof Moment) return new Date(value.ms).toISOString().replace('T', ' ').slice(0, -1);
  if (typeof value === 'number') return String(Number.isInteger(value) ? value : Number(value.toFixed(4)));
  if (typeof value === 'boolean') return value ? '1' : '0';
  return value;
}

export const isTrue = (value: Value): boolean =>
  value === true || (typeof value === 'number' && value !== 0) || value === 'true';

/** Negative, nought or positive, numbers by size and other texts by their characters. */
export function compare(a: Value, b: Value): number {
  const [x, y] = [numberOf(a), numberOf(b)];
  if (x !== undefined && y !== undefined) return x - y;
  const [s, t] = [textOf(a) ?? '', textOf(b) ?? ''];
  return s < t ? -1 : s > t ? 1 : 0;
}

/** Equality; what is absent equals nothing. */
export function equals(a: Value, b: Value): boolean {
  if (a === undefined || b === undefined) return false;
  if (typeof a === 'boolean' || typeof b === 'boolean') return asWord(a) === asWord(b);
  return compare(a, b) === 0;
}

const asWord = (value: Value) => (typeof value === 'boolean' ? String(value) : textOf(value));
