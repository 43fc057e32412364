/**
 * Functions Step Functions adds to JSONata, and those it takes over from the library because they read the clock
 * or draw random numbers. `$eval` is not offered.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html#transforming-jsonata
 */

import { uuid } from '../../../core/ids.ts';
import type { Json } from '../../../core/json.ts';
import { parseJson } from '../../../core/json-parse.ts';
import { type Random, seededRandom } from '../../../core/random.ts';
import { hexDigest } from '../intrinsics/hash.ts';
import type { Scope } from '../scope.ts';
import { parseExpression } from './library.ts';

const MAX_RANGE = 1_000;
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
  partition: () => (items: Json[] | undefined, size: number) => partition(items, size),
  random: (scope) => (seed: number | undefined) => random(scope.random, seed),
  range: () => (first: number, last: number, step: number) => range(first, last, step),
  shuffle: (scope) => (items: Json[] | undefined) => shuffle(items, scope.random),
  uuid: (scope) => () => uuid(scope.random),
};

class JsonataFailure extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

function partition(items: Json[] | undefined, size: number): Json[] | undefined {
  if (items === undefined) return undefined;
  const list = Array.isArray(items) ? items : [items];
  if (!Number.isFinite(size) || Math.trunc(size) < 1) {
    throw new JsonataFailure('T0410', 'Argument 2 of function "partition" does not match function signature');
  }
  const width = Math.trunc(size);
  return Array.from({ length: Math.ceil(list.length / width) }, (_, i) =>
    list.slice(i * width, (i + 1) * width),
  );
}

/** A sequence as the library knows it: one item stands for itself (recorded on AWS). */
function range(first: number, last: number, step: number): number[] {
  if (![first, last, step].every(Number.isFinite) || Math.trunc(step) === 0) {
    throw new JsonataFailure('T0410', 'Arguments of function "range" do not match function signature');
  }
  const [from, to, by] = [Math.trunc(first), Math.trunc(last), Math.trunc(step)] as const;
  const length = Math.max(0, Math.floor((to - from) / by) + 1);
  if (length > MAX_RANGE) {
    throw new JsonataFailure('D2014', `The size of the range must not exceed ${MAX_RANGE}: ${length}`);
  }
  const items = Array.from({ length }, (_, i) => from + i * by);
  return Object.defineProperty(items, 'sequence', { value: true });
}

function hash(data: Json | undefined, algorithm: string | undefined): string | undefined {
  if (data === undefined) return undefined;
  const digest = hexDigest(data, algorithm ?? 'SHA-256');
  if (digest === undefined) {
    throw new JsonataFailure('T0410', 'Argument 2 of function "hash" does not match function signature');
  }
  return digest;
}

function parse(text: string | undefined): Json | undefined {
  if (text === undefined) return undefined;
  if (typeof text !== 'string') {
    throw new JsonataFailure('T0410', 'Argument 1 of function "parse" does not match function signature');
  }
  try {
    return parseJson(text);
  } catch {
    throw new JsonataFailure('D3120', 'The argument of function "parse" is not valid JSON');
  }
}

function random(source: Random, seed: number | undefined): number {
  return seed === undefined ? source.next() : seededRandom(seed).next();
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

const format = parseExpression('$fromMillis($ms, $picture, $timezone)');

function now(ms: number, picture: unknown, timezone: unknown): unknown {
  if (picture === undefined) return new Date(ms).toISOString();
  return format.evaluate(undefined, { ms, picture, timezone });
}

const padding = parseExpression('$pad($text, $width, $character)');

/** The library's own, but no text of gigabytes. */
function pad(text: string | undefined, width: number, character: string | undefined): unknown {
  if (Math.abs(width) > MAX_PAD) {
    throw new JsonataFailure('D3000', `The width of function "pad" must not exceed ${MAX_PAD}`);
  }
  return padding.evaluate(undefined, character === undefined ? { text, width } : { text, width, character });
}
