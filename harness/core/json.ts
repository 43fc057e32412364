/**
 * JSON values that keep what their text said: integers of any size, decimals such as `1.0`, and the order of members.
 *
 * Two texts cannot be held by plain JavaScript values, so they have a form of their own:
 * - a number that JavaScript would print differently is a {@link JsonNumber}, which carries its text;
 * - a member name that looks like an array index ("2024") is kept with a mark in front, as the engine would
 *   otherwise sort it before all others. {@link memberKey} and {@link memberName} convert.
 *
 * `parseJson` (json-parse.ts) makes these forms and `printJson` (json-print.ts) writes them; `JSON.stringify` does not.
 */

/** A JSON value. Objects are plain records: never class instances, never `undefined` members. */
export type Json = string | number | JsonNumber | boolean | null | Json[] | { [key: string]: Json };

/** A JSON object. */
export type JsonObject = { [key: string]: Json };

/** A noncharacter of Unicode: no text interchanged between programs holds it. */
export const MARK = '\uFDD0';

/** Becomes true with the first value that plain JavaScript cannot hold: until then texts need not be searched for marks. */
let marked = false;

export function mayHoldMarks(): boolean {
  return marked;
}

/** A number whose text is not the one JavaScript would print, e.g. `1.0`, `1234567890123456789`, `1e3`. */
export class JsonNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
    marked = true;
  }

  /** The nearest double. */
  get value(): number {
    return Number(this.text);
  }

  /** True when the text has neither a fraction nor an exponent, as Jackson tells integers from decimals. */
  get isInteger(): boolean {
    return !/[.eE]/.test(this.text);
  }

  /** Makes `JSON.stringify` print the mark, which tells `printJson` to write the value itself. */
  toJSON(): string {
    return MARK + this.text;
  }

  toString(): string {
    return this.text;
  }
}

/** A double as Java prints it: `1` is `1.0`. */
export function decimal(value: number): number | JsonNumber {
  return Number.isInteger(value) ? new JsonNumber(`${value}.0`) : value;
}

/** True for a text that is JSON. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** True for a JSON object (not null, not an array, not a number). */
export function isJsonObject(value: unknown): value is JsonObject {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof JsonNumber)
  );
}

/** True for a number in either form. */
export function isJsonNumber(value: unknown): value is number | JsonNumber {
  return typeof value === 'number' || value instanceof JsonNumber;
}

/** The nearest double of a number in either form; `undefined` for any other value. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return value instanceof JsonNumber ? value.value : undefined;
}

/** Below, equal or above zero as `left` is smaller than, equal to or larger than `right`; exact for integers. */
export function compareNumbers(left: number | JsonNumber, right: number | JsonNumber): number {
  const difference = (numberOf(left) as number) - (numberOf(right) as number);
  if (difference !== 0 || (typeof left === 'number' && typeof right === 'number')) return difference;
  if (!isIntegerText(left) || !isIntegerText(right)) return difference;
  const [a, b] = [integerOf(left), integerOf(right)];
  return a < b ? -1 : a > b ? 1 : 0;
}

function integerOf(value: number | JsonNumber): bigint {
  return BigInt(typeof value === 'number' ? value : value.text);
}

function isIntegerText(value: number | JsonNumber): boolean {
  return typeof value === 'number' ? Number.isInteger(value) : value.isInteger;
}

/** Names that the engine would take for array indices, and those that begin with the mark. */
const MARKED_NAME = /^(?:0|[1-9]\d{0,9})$|^\uFDD0/;

/** The key under which an object keeps the member `name`. */
export function memberKey(name: string): string {
  const code = name.charCodeAt(0);
  // Digits and the mark only: most names need no further look.
  if ((code < 0x30 || code > 0x39) && code !== 0xfdd0) return name;
  if (!MARKED_NAME.test(name)) return name;
  marked = true;
  return MARK + name;
}

/** The name of the member that an object keeps under `key`. */
export function memberName(key: string): string {
  return key.charCodeAt(0) === 0xfdd0 ? key.slice(1) : key;
}

/** Sets a member, also one called `__proto__`. */
export function setMember(object: JsonObject, key: string, value: Json): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    object[key] = value;
  }
}

/**
 * Plain values for software that knows only those: numbers become doubles, member names lose their marks. What is plain
 * already is shared; `changed` is told of every object and array that had to be copied.
 */
export function plainJson(value: Json, changed?: (exact: object, plain: Json) => void): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof JsonNumber) return value.value;
  const plain = Array.isArray(value) ? plainItems(value, changed) : plainMembers(value, changed);
  if (plain !== value) changed?.(value, plain);
  return plain;
}

type Changed = Parameters<typeof plainJson>[1];

function plainMembers(object: JsonObject, changed: Changed): JsonObject {
  let copy: JsonObject | undefined;
  for (const [key, member] of Object.entries(object)) {
    const plain = plainJson(member, changed);
    if (!copy && (plain !== member || key.charCodeAt(0) === 0xfdd0)) copy = headOf(object, key);
    if (copy) setMember(copy, memberName(key), plain);
  }
  return copy ?? object;
}

function plainItems(items: Json[], changed: Changed): Json[] {
  let copy: Json[] | undefined;
  for (const [i, item] of items.entries()) {
    const plain = plainJson(item, changed);
    if (plain === item) continue;
    copy ??= items.slice();
    copy[i] = plain;
  }
  return copy ?? items;
}

/** A copy of the members before `key`, to be filled with changed ones. */
export function headOf(object: JsonObject, key: string): JsonObject {
  const head: JsonObject = {};
  for (const [name, member] of Object.entries(object)) {
    if (name === key) break;
    setMember(head, name, member);
  }
  return head;
}
