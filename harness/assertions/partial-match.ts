import type { Json } from '../core/json.ts';
import { boundSchema, describeBound, keeps } from '../metrics/bound.ts';
import { show } from './show.ts';

/** The first place where a value is not what was expected. */
export interface Mismatch {
  /** Dotted path within the value; empty for the value itself. */
  at: string;
  expected: string;
  actual: string;
}

/**
 * Compares partially: members that are not named may be anything, lists must have equal length. An object made
 * of `lt`, `lte`, `gt`, `gte`, `eq`, `abs` is a limit on a number.
 */
export function findMismatch(expected: Json, actual: unknown, at = ''): Mismatch | undefined {
  const mismatch = (text: string): Mismatch => ({ at, expected: text, actual: show(actual) });
  if (typeof expected !== 'object' || expected === null) {
    return expected === actual ? undefined : mismatch(show(expected));
  }
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual)) return mismatch('a list');
    if (actual.length !== expected.length) {
      return { at, expected: `${expected.length} elements`, actual: `${actual.length} elements` };
    }
    return firstOf(expected.map((item, index) => () => findMismatch(item, actual[index], `${at}[${index}]`)));
  }
  const bound = boundSchema.safeParse(expected);
  if (bound.success && Object.keys(expected).length > 0) {
    const kept = typeof actual === 'number' && keeps(bound.data, actual, '');
    return kept ? undefined : mismatch(describeBound(bound.data, ''));
  }
  if (typeof actual !== 'object' || actual === null || Array.isArray(actual)) return mismatch('an object');
  return firstOf(
    Object.entries(expected).map(([key, value]) => () => {
      const found = Object.hasOwn(actual, key) ? (actual as Record<string, unknown>)[key] : undefined;
      return findMismatch(value, found, at === '' ? key : `${at}.${key}`);
    }),
  );
}

/** `batch_size is 256 instead of 512`. */
export function describeMismatch({ at, expected, actual }: Mismatch): string {
  return `${at || 'it'} is ${actual} instead of ${expected}`;
}

function firstOf(checks: (() => Mismatch | undefined)[]): Mismatch | undefined {
  for (const check of checks) {
    const found = check();
    if (found) return found;
  }
  return undefined;
}
