/**
 * Whether each result has its own item's data. Three questions, each with a sentence that says what is wrong: do fields
 * that a scenario names have the value that it computes from the item; do fields that results take over from items hold
 * those of their own item; is a result a copy of another item's?
 */
import { isJsonObject, type Json, type JsonObject } from '../core/json.ts';
import { evaluateJsonata } from './jsonata.ts';
import { show, showList } from './show.ts';

/** An item, or a result, with its data where that is known. */
export interface KeyedValue {
  key: string;
  value?: Json | undefined;
}

export interface ContentRules {
  /** JSONata over an item, by path of a result's member. */
  fields?: Readonly<Record<string, string>> | undefined;
  /** Members that results have from items, but changed. */
  changed?: readonly string[] | undefined;
}

/** Arithmetic in another order differs in the last bits. */
const RELATIVE_TOLERANCE = 1e-9;
/** Short results of different items may be equal by chance. */
const COPY_FROM_CHARACTERS = 64;

/** Sentences about what is wrong; none where every result has its own item's data. */
export function compareContents(
  items: readonly KeyedValue[],
  results: readonly KeyedValue[],
  { fields = {}, changed = [] }: ContentRules,
): string[] {
  const pairs = pairsOf(items, results);
  const named = Object.entries(fields).flatMap(([path, expression]) =>
    sentenceOf(
      path,
      pairs.map((pair) => ({ ...pair, ...expectedOf(expression, pair.item) })),
      pairs,
    ),
  );
  const skipped = new Set([...changed, ...Object.keys(fields).map((path) => path.split('.')[0]!)]);
  const echoed = echoedFields(pairs, skipped).flatMap((name) =>
    sentenceOf(
      name,
      pairs.map((pair) => ({ ...pair, expected: memberAt(pair.item, name) })),
      pairs,
    ),
  );
  const without = results.filter(({ value }) => !isObject(value)).map(({ key }) => key);
  const noData =
    Object.keys(fields).length > 0 && without.length > 0
      ? [`${without.length} results have no members to compare: ${showList(without)}`]
      : [];
  return [...noData, ...named, ...echoed, ...copies(items, results)];
}

interface Pair {
  key: string;
  item: Json;
  result: JsonObject;
}

function pairsOf(items: readonly KeyedValue[], results: readonly KeyedValue[]): Pair[] {
  const byKey = new Map(items.map(({ key, value }) => [key, value]));
  return results.flatMap(({ key, value: result }) => {
    const item = byKey.get(key);
    return item !== undefined && isObject(result) ? [{ key, item, result }] : [];
  });
}

const isObject = (value: Json | undefined): value is JsonObject => value !== undefined && isJsonObject(value);

interface Expected extends Pair {
  expected?: Json | undefined;
  problem?: string;
}

function expectedOf(expression: string, item: Json): Pick<Expected, 'expected' | 'problem'> {
  try {
    return { expected: evaluateJsonata(expression, item) as Json | undefined };
  } catch (error) {
    return { problem: `${expression} fails: ${(error as Error).message}` };
  }
}

/** One sentence about a field of all results, at most. */
function sentenceOf(path: string, expected: readonly Expected[], pairs: readonly Pair[]): string[] {
  const failing = expected.find(({ problem }) => problem !== undefined);
  if (failing) return [`${path} of ${failing.key}: ${failing.problem}`];
  const wrong = expected.filter((one) => !equal(memberAt(one.result, path), one.expected));
  if (wrong.length === 0) return [];
  const missing = wrong.filter(({ result }) => memberAt(result, path) === undefined);
  if (missing.length === wrong.length)
    return [
      `${missing.length} of ${pairs.length} results have no ${path}: ${showList(missing.map(({ key }) => key))}`,
    ];
  const described = wrong.map((one) => {
    const found = memberAt(one.result, path);
    const owners = expected.filter((other) => other.key !== one.key && equal(found, other.expected));
    const owner = owners.length === 1 ? `, which is that of ${owners[0]!.key}` : '';
    return `${one.key} has ${found === undefined ? 'none' : show(found)} instead of ${show(one.expected ?? null)}${owner}`;
  });
  const shift = shiftOf(expected, path);
  const how =
    shift === undefined
      ? ''
      : ` (shifted: each has that of the item ${Math.abs(shift)} ${shift > 0 ? 'after' : 'before'} it)`;
  return [
    `${wrong.length} of ${pairs.length} results have another ${path} than their item says${how}: ${showList(described, 3)}`,
  ];
}

/** By how many places all values are shifted, where they are. */
function shiftOf(expected: readonly Expected[], path: string): number | undefined {
  const count = expected.length;
  if (count < 3) return undefined;
  return [1, -1].find((by) => {
    const rest = expected.slice(Math.max(0, -by), count - Math.max(0, by));
    return rest.every((one, index) =>
      equal(memberAt(one.result, path), expected[index + Math.max(0, -by) + by]!.expected),
    );
  });
}

/**
 * Members that results take over from their items: equal in most of them, or the same values in another order. What is
 * equal in few of them was computed.
 */
function echoedFields(pairs: readonly Pair[], skipped: ReadonlySet<string>): string[] {
  const names = isObject(pairs[0]?.item) ? Object.keys(pairs[0].item) : [];
  return names.filter((name) => {
    if (skipped.has(name) || !pairs.some(({ result }) => Object.hasOwn(result, name))) return false;
    const both = pairs
      .map(({ item, result }) => ({ given: memberAt(item, name), found: result[name] }))
      .filter(({ given, found }) => isScalar(given) && isScalar(found));
    const same = both.filter(({ given, found }) => equal(found, given)).length;
    if (same * 2 > pairs.length) return true;
    const values = (side: 'given' | 'found') => both.map((pair) => String(pair[side])).sort();
    const given = values('given');
    return (
      both.length === pairs.length &&
      new Set(given).size > 1 &&
      JSON.stringify(given) === JSON.stringify(values('found'))
    );
  });
}

const isScalar = (value: Json | undefined): boolean => ['string', 'number', 'boolean'].includes(typeof value);

/** Results of different items that are equal to the byte, though their items are not. */
function copies(items: readonly KeyedValue[], results: readonly KeyedValue[]): string[] {
  const given = new Map(items.map(({ key, value }) => [key, JSON.stringify(value)]));
  const owners = new Map<string, string>();
  const copied = results.flatMap(({ key, value }) => {
    const text = JSON.stringify(value);
    if (text === undefined || text.length < COPY_FROM_CHARACTERS) return [];
    const owner = owners.get(text);
    if (owner === undefined) owners.set(text, key);
    const same =
      owner === undefined ||
      owner === key ||
      given.get(owner) === undefined ||
      given.get(owner) === given.get(key);
    return same ? [] : [`${key} has that of ${owner}`];
  });
  return copied.length === 0
    ? []
    : [`${copied.length} results are copies of another item's: ${showList(copied, 3)}`];
}

function memberAt(value: Json, path: string): Json | undefined {
  let at: Json | undefined = value;
  for (const name of path.split('.')) at = isObject(at) && Object.hasOwn(at, name) ? at[name] : undefined;
  return at;
}

/** Numbers and their texts are equal, as CSV holds texts alone. */
function equal(found: Json | undefined, expected: Json | undefined): boolean {
  if (found === undefined || expected === undefined) return found === expected;
  const [a, b] = [numberIn(found), numberIn(expected)];
  if (a !== undefined && b !== undefined)
    return a === b || Math.abs(a - b) <= RELATIVE_TOLERANCE * Math.max(Math.abs(a), Math.abs(b));
  return JSON.stringify(found) === JSON.stringify(expected);
}

const numberIn = (value: Json): number | undefined => {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))
    ? Number(value)
    : undefined;
};
