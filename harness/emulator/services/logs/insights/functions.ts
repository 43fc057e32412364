/**
 * Functions of single values. Pure.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-operations-functions.html
 */
import { isIPv4, isIPv6 } from 'node:net';
import { compare, isTrue, Moment, numberOf, textOf, type Value } from './values.ts';

interface FunctionScope {
  /** Time of the event. */
  timestampMs: number;
  /** Time of the query. */
  nowMs: number;
}

export type ScalarFunction = (given: readonly Value[], scope: FunctionScope) => Value;

const ofNumber =
  (change: (value: number) => number): ScalarFunction =>
  ([value]) => {
    const number = numberOf(value);
    return number === undefined ? undefined : change(number);
  };

const ofText =
  (change: (text: string, ...more: (string | undefined)[]) => Value): ScalarFunction =>
  ([value, ...more]) => {
    const text = textOf(value);
    return text === undefined ? undefined : change(text, ...more.map(textOf));
  };

const extreme =
  (sign: 1 | -1): ScalarFunction =>
  (given) =>
    given.reduce<Value>(
      (best, value) =>
        value !== undefined && (best === undefined || sign * compare(value, best) > 0) ? value : best,
      undefined,
    );

const rounded =
  (round: (value: number) => number): ScalarFunction =>
  ([value, step]) => {
    const [ms, stepMs] = [numberOf(value), numberOf(step)];
    if (ms === undefined || stepMs === undefined || stepMs <= 0) return undefined;
    return new Moment(round(ms / stepMs) * stepMs);
  };

const bin: ScalarFunction = ([step], { timestampMs }) => {
  const stepMs = numberOf(step);
  if (stepMs === undefined || stepMs <= 0) return undefined;
  return new Moment(Math.floor(timestampMs / stepMs) * stepMs);
};

const isPresent = (value: Value) => value !== undefined;
const isBlank: ScalarFunction = ([value]) => (textOf(value) ?? '').trim() === '';

export const FUNCTIONS: ReadonlyMap<string, ScalarFunction> = new Map(
  Object.entries<ScalarFunction>({
    abs: ofNumber(Math.abs),
    ceil: ofNumber(Math.ceil),
    floor: ofNumber(Math.floor),
    log: ofNumber(Math.log),
    sqrt: ofNumber(Math.sqrt),
    greatest: extreme(1),
    least: extreme(-1),
    strlen: ofText((text) => text.length),
    toupper: ofText((text) => text.toUpperCase()),
    tolower: ofText((text) => text.toLowerCase()),
    trim: ofText((text) => text.trim()),
    ltrim: ofText((text) => text.trimStart()),
    rtrim: ofText((text) => text.trimEnd()),
    substr: ofText((text, start = '0', length) =>
      text.slice(Number(start), length === undefined ? undefined : Number(start) + Number(length)),
    ),
    replace: ofText((text, what = '', other = '') => (what === '' ? text : text.replaceAll(what, other))),
    strcontains: ofText((text, part = '') => (text.includes(part) ? 1 : 0)),
    concat: (given) => given.map((value) => textOf(value) ?? '').join(''),
    isempty: ([value]) => (textOf(value) ?? '') === '',
    isblank: isBlank,
    ispresent: ([value]) => isPresent(value),
    // Nothing is masked here: there are no data protection policies.
    unmask: ([value]) => value,
    coalesce: (given) => given.find(isPresent),
    if: ([condition, yes, no]) => (isTrue(condition) ? yes : no),
    bin,
    datefloor: rounded(Math.floor),
    dateceil: rounded(Math.ceil),
    frommillis: ([value]) => {
      const ms = numberOf(value);
      return ms === undefined ? undefined : new Moment(ms);
    },
    tomillis: ofNumber((ms) => ms),
    now: (_given, { nowMs }) => Math.floor(nowMs / 1000),
    isvalidip: ofText((text) => isIPv4(text) || isIPv6(text)),
    isvalidipv4: ofText(isIPv4),
    isvalidipv6: ofText(isIPv6),
  }),
);
