/** Comparison of values by the corpus' matching rule (README.md, rules 1 to 5 and 7). */

import { isJsonObject, type Json } from '../../../harness/core/json.ts';
import { parseJson } from '../../../harness/core/json-parse.ts';
import { printJson } from '../../../harness/core/json-print.ts';
import type { Bindings, TokenSet } from './tokens.ts';

export type Match = { bindings: Bindings } | { mismatch: string };

/** Transport data and the bill of one real call: never compared, never required. */
const IGNORED: ReadonlySet<string> = new Set([
  'SdkHttpMetadata',
  'SdkResponseMetadata',
  'ResponseMetadata',
  'billingDetails',
]);

/** Words the recording library put in place of values without the corpus listing them as tokens. */
const REPLACED: ReadonlySet<string> = new Set([
  'creation-date',
  'start-date',
  'stop-date',
  'start-time',
  'entered-time',
  'update-date',
  'map_run_arn',
  'execution-arn',
  'state-machine-arn',
  'RandomNumberGenerated',
  'generated-uuid',
]);

/** Members AWS began to send after the older recordings were made: there they are not a difference. */
const ADDED_LATER: ReadonlySet<string> = new Set([
  'encryptionConfiguration',
  'redriveCount',
  'redriveStatus',
  'redriveStatusReason',
  'RedriveCount',
  'RedriveStatus',
  'RedriveStatusReason',
]);

/** Compares; a mismatch says where, what was expected and what came. */
export function matchValue(
  tokens: TokenSet,
  expected: Json,
  actual: Json | undefined,
  bindings: Bindings,
  path = '$',
): Match {
  if (actual === undefined) return { mismatch: `${path}: is missing, expected ${show(expected)}` };
  if (typeof expected === 'string') return matchText(tokens, expected, actual, bindings, path);
  if (Array.isArray(expected)) return matchArray(tokens, expected, actual, bindings, path);
  if (isJsonObject(expected)) {
    const object = typeof actual === 'string' ? parseText(actual, '{') : actual;
    if (!isJsonObject(object)) return differ(path, expected, actual);
    const order = typeof actual === 'string' && tokens.ordered ? orderDiffers(expected, object) : undefined;
    if (order !== undefined) return { mismatch: `${path}: ${order}` };
    return matchObject(tokens, expected, object, bindings, path);
  }
  return printJson(expected) === printJson(actual) ? { bindings } : differ(path, expected, actual);
}

/** How the order of members differs in a JSON text that AWS printed, at any depth; rules 2 and 5 made strict. */
function orderDiffers(expected: Json, actual: Json | undefined): string | undefined {
  if (Array.isArray(expected) && Array.isArray(actual)) {
    for (const [i, item] of expected.entries()) {
      const found = orderDiffers(item, actual[i]);
      if (found !== undefined) return found;
    }
  }
  if (!isJsonObject(expected) || !isJsonObject(actual)) return undefined;
  const headers = headersDiffer(expected['SdkHttpMetadata'], actual['SdkHttpMetadata']);
  if (headers !== undefined) return headers;
  const names = Object.keys(expected).filter((key) => key in actual && !IGNORED.has(key));
  const given = Object.keys(actual).filter((key) => key in expected && !IGNORED.has(key));
  if (names.join() !== given.join()) return `the order of members is ${given.join()}, not ${names.join()}`;
  for (const name of names) {
    const found = orderDiffers(expected[name]!, actual[name]);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The values are those of one real call; which headers there are, and in which order, is AWS's. */
function headersDiffer(expected: Json | undefined, actual: Json | undefined): string | undefined {
  if (!isJsonObject(expected) || !isJsonObject(actual)) return undefined;
  for (const group of ['AllHttpHeaders', 'HttpHeaders']) {
    const [recorded, came] = [expected[group], actual[group]];
    if (!isJsonObject(recorded) || !isJsonObject(came)) continue;
    const [names, given] = [Object.keys(recorded).join(), Object.keys(came).join()];
    if (names !== given) return `SdkHttpMetadata.${group} has ${given}, not ${names}`;
  }
  return undefined;
}

function matchObject(
  tokens: TokenSet,
  expected: { [key: string]: Json },
  actual: { [key: string]: Json },
  bindings: Bindings,
  path: string,
): Match {
  const extra = Object.keys(actual).filter(
    (key) => !(key in expected) && !IGNORED.has(key) && !ADDED_LATER.has(key),
  );
  if (extra.length > 0) {
    return {
      mismatch: `${path}: must not have ${extra.map((key) => `${key} = ${show(actual[key])}`).join(', ')}`,
    };
  }
  let known = bindings;
  for (const [key, value] of Object.entries(expected)) {
    if (IGNORED.has(key)) continue;
    const match = matchValue(tokens, value, actual[key], known, `${path}.${key}`);
    if ('mismatch' in match) return match;
    known = match.bindings;
  }
  return { bindings: known };
}

function matchArray(
  tokens: TokenSet,
  expected: Json[],
  given: Json,
  bindings: Bindings,
  path: string,
): Match {
  if (typeof given === 'string') {
    const list = parseText(given, '[');
    return list === undefined
      ? differ(path, expected, given)
      : matchValue(tokens, expected, list, bindings, path);
  }
  const actual = given;
  if (!Array.isArray(actual)) return differ(path, expected, actual);
  if (actual.length !== expected.length) {
    return {
      mismatch: `${path}: ${expected.length} items expected, ${actual.length} came: ${show(expected)} | ${show(actual)}`,
    };
  }
  let known = bindings;
  for (const [i, value] of expected.entries()) {
    const match = matchValue(tokens, value, actual[i], known, `${path}[${i}]`);
    if ('mismatch' in match) return match;
    known = match.bindings;
  }
  return { bindings: known };
}

function matchText(
  tokens: TokenSet,
  expected: string,
  actual: Json,
  bindings: Bindings,
  path: string,
): Match {
  if (tokens.isAny(expected) || REPLACED.has(expected)) return { bindings };
  if (typeof actual !== 'string') return differ(path, expected, actual);
  const found = tokens.match(expected, actual, bindings);
  if (found) return { bindings: found };
  const [list, actualList] = [parseText(expected, '['), parseText(actual, '[')];
  if (list !== undefined && actualList !== undefined) {
    return matchValue(tokens, list, actualList, bindings, `${path}(text)`);
  }
  return differ(path, tokens.fill(expected, bindings), actual);
}

/** The JSON a text spells when it begins with `start`. */
function parseText(text: string, start: '{' | '['): Json | undefined {
  if (!text.trimStart().startsWith(start)) return undefined;
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

function differ(path: string, expected: Json, actual: Json): Match {
  return { mismatch: `${path}: expected ${show(expected)}, came ${show(actual)}` };
}

function show(value: Json | undefined): string {
  const text = value === undefined ? 'nothing' : printJson(value);
  return text.length > 600 ? `${text.slice(0, 600)}... (${text.length} characters)` : text;
}
