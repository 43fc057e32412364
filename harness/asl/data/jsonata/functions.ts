/**
 * Functions Step Functions adds to JSONata, and those it takes over from the library because they read the clock
 * or draw random numbers. `$eval` is not offered.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html#transforming-jsonata
 */

import { uuid } from '../../../core/ids.ts';
import { javaRandomDouble } from '../../../core/java-random.ts';
import type { Json } from '../../../core/json.ts';
import { parseJson } from '../../../core/json-parse.ts';
import { MAX_NUMBERS, memoryExceeded } from '../../../core/jsonata/bounds.ts';
import { parseExpression } from '../../../core/jsonata/library.ts';
import { lazily } from '../../../core/lazily.ts';
import type { Random } from '../../../core/random.ts';
import { hexDigest } from '../intrinsics/hash.ts';
import type { Scope } from '../scope.ts';

const MAX_PAD = 1_000_000;

/** Makes the function for one evaluation; `undefined` takes the library's own away. */
type FunctionMaker = (scope: Scope) => ((...values: never[]) => unknown) | undefined;

export const JSONATA_FUNCTIONS: Readonly<Record<string, FunctionMaker>> = {
  eval: () => undefined,
  hash: () => (data: Json | undefined, algorithm: string | undefined) => hash(data, algorithm),
  millis: (scope) => () => scope.nowMs,
  now: (scope) => (picture: unknown, timezone: unknown) => now(scope.nowMs, picture, timezone),
  pad: () => (text: string | undefined, width: number, character: string | undefined) =>
    pad(text, width, character),
  parse: () => (text: string | undefined) => parse(text),
  formatNumber: () => (number: number | undefined, picture: string, options: unknown) =>
    formatNumber(number, picture, options),
  partition: () => (items: Json[] | undefined, size: number) => partition(items, size),
  random: (scope) => (seed: number | undefined) => random(scope.random, seed),
  range: () => (first: number, last: number, step: number) => range(first, last, step),
  shuffle: (scope) => (items: Json[] | undefined) => shuffle(items, scope.random),
  uuid: (scope) => () => uuid(scope.random),
};

/** `details` fill the library's own sentence for the code, where it has one. */
class JsonataFailure extends Error {
  readonly code: string;

  constructor(code: string, message: string, details: { [name: string]: unknown } = {}) {
    super(message);
    this.code = code;
    Object.assign(this, details);
  }
}

function signatureMismatch(token: string, index: number): JsonataFailure {
  const text = `Argument ${index} of function "${token}" does not match function signature`;
  return new JsonataFailure('T0410', text, { token, index });
}

function partition(items: Json[] | undefined, size: number): Json[] | undefined {
  if (items === undefined) return undefined;
  const list = Array.isArray(items) ? items : [items];
  if (!Number.isFinite(size) || Math.trunc(size) < 1) {
    throw signatureMismatch('partition', 2);
  }
  const width = Math.trunc(size);
  return Array.from({ length: Math.ceil(list.length / width) }, (_, i) =>
    list.slice(i * width, (i + 1) * width),
  );
}

/** A sequence as the library knows it: one item stands for itself (recorded on AWS). */
function range(first: number, last: number, step: number): number[] {
  const wrong = [first, last, step].findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) throw signatureMismatch('range', wrong + 1);
  if (Math.trunc(step) === 0) throw signatureMismatch('range', 3);
  const [from, to, by] = [Math.trunc(first), Math.trunc(last), Math.trunc(step)] as const;
  const length = Math.max(0, Math.floor((to - from) / by) + 1);
  if (length > MAX_NUMBERS) throw memoryExceeded();
  const items = Array.from({ length }, (_, i) => from + i * by);
  return Object.defineProperty(items, 'sequence', { value: true });
}

function hash(data: Json | undefined, algorithm: string | undefined): string | undefined {
  if (data === undefined) return undefined;
  const digest = hexDigest(data, algorithm ?? 'SHA-256');
  if (digest === undefined) {
    throw signatureMismatch('hash', 2);
  }
  return digest;
}

function parse(text: string | undefined): Json | undefined {
  if (text === undefined) return undefined;
  if (typeof text !== 'string') {
    throw signatureMismatch('parse', 1);
  }
  try {
    return parseJson(text);
  } catch {
    throw new JsonataFailure('D3120', 'The argument of function "parse" is not valid JSON', { value: text });
  }
}

function random(source: Random, seed: number | undefined): number {
  return seed === undefined ? source.next() : javaRandomDouble(seed);
}

function shuffle(items: Json[] | undefined, source: Random): Json[] | undefined {
  if (items === undefined || !Array.isArray(items)) return items;
  const shuffled = [...items];
  for (let i = shuffled.length - 1; i > 0; i--) {
    const j = Math.floor(source.next() * (i + 1));
    [shuffled[i], shuffled[j]] = [shuffled[j]!, shuffled[i]!];
  }
  return shuffled;
}

const format = lazily(() => parseExpression('$fromMillis($ms, $picture, $timezone)'));

function now(ms: number, picture: unknown, timezone: unknown): unknown {
  if (picture === undefined) return new Date(ms).toISOString();
  return format().evaluate(undefined, { ms, picture, timezone });
}

const padding = lazily(() => parseExpression('$pad($text, $width, $character)'));

/** The library's own, but no text of gigabytes. */
function pad(text: string | undefined, width: number, character: string | undefined): unknown {
  if (Math.abs(width) > MAX_PAD) {
    throw new JsonataFailure('D3000', `The width of function "pad" must not exceed ${MAX_PAD}`);
  }
  return padding().evaluate(
    undefined,
    character === undefined ? { text, width } : { text, width, character },
  );
}

const numberFormat = lazily(() => parseExpression('$formatNumber($number, $picture, $options)'));

/** The library's own, which trips over pictures without a digit. */
function formatNumber(number: number | undefined, picture: string, options: unknown): unknown {
  try {
    return numberFormat().evaluate(
      undefined,
      options === undefined ? { number, picture } : { number, picture, options },
    );
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new JsonataFailure('D3086', `The picture '${picture}' cannot be used`);
  }
}
