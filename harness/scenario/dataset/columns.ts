/**
 * The grammar of generated columns:
 *
 *   column    := number | true | false | null | text
 *   text      := generator | any text with "{" generator "}" in it
 *   generator := name [ "(" argument { "," argument } ")" ]
 *
 *   sequence, sequence(1000)             1, 2, 3 ...; from another number
 *   integer(1, 100)                      a whole number, both ends included
 *   number(0, 1), number(0, 100, 2)      a number; with so many decimals
 *   choice(EU, US, ASIA)                 one of these texts
 *   date(2024-01-01, 2024-12-31)         a day, both ends included
 *   boolean, boolean(0.3)                true with this probability
 *   text(8)                              so many letters and digits
 *   uuid                                 a version 4 UUID
 */
import { alphanumeric } from '../../core/ids.ts';
import type { Json } from '../../core/json.ts';
import { nearestName } from '../../core/nearest-name.ts';
import type { Random } from '../../core/random.ts';

/** Makes the value of one row, counted from 0. */
export type Column = (row: number, random: Random) => Json;

/** A mistake in a column, in one sentence. */
export class ColumnError extends Error {}

type Generator = (args: readonly string[]) => Column;

const DAY_MS = 86_400_000;

const GENERATORS: Readonly<Record<string, Generator>> = {
  sequence([from = '1']) {
    const first = wholeOf(from);
    return (row) => first + row;
  },
  integer([low, high]) {
    const [least, most] = rangeOf(wholeOf(low), wholeOf(high));
    return (_, random) => least + Math.floor(random.next() * (most - least + 1));
  },
  number([low, high, decimals]) {
    const [least, most] = rangeOf(numberOf(low), numberOf(high));
    const digits = decimals === undefined ? undefined : wholeOf(decimals);
    return (_, random) => {
      const value = least + random.next() * (most - least);
      return digits === undefined ? value : Number(value.toFixed(digits));
    };
  },
  choice(values) {
    if (values.length === 0) throw new ColumnError('choice needs at least one value');
    return (_, random) => values[Math.floor(random.next() * values.length)]!;
  },
  date([from, to]) {
    const [first, last] = rangeOf(dayOf(from), dayOf(to));
    return (_, random) => {
      const day = first + Math.floor(random.next() * (last - first + 1));
      return new Date(day * DAY_MS).toISOString().slice(0, 10);
    };
  },
  boolean([share = '0.5']) {
    const probability = numberOf(share);
    return (_, random) => random.next() < probability;
  },
  text([length = '8']) {
    const letters = wholeOf(length);
    return (_, random) => alphanumeric(random, letters);
  },
  uuid() {
    return (_, random) => {
      const hex = Array.from({ length: 4 }, () => random.uint32().toString(16).padStart(8, '0')).join('');
      const variant = ((Number.parseInt(hex[16]!, 16) & 3) | 8).toString(16);
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
    };
  },
};

const generatorNames: readonly string[] = Object.keys(GENERATORS);

/** What a column makes. @throws ColumnError */
export function parseColumn(value: string | number | boolean | null): Column {
  if (typeof value !== 'string') return () => value;
  const parts = value.split(/\{([^{}]*)\}/);
  if (parts.length === 1) return parseGenerator(value);
  // Texts and generators take turns.
  const columns = parts.map((part, index) => (index % 2 === 0 ? () => part : parseGenerator(part)));
  return (row, random) => columns.map((column) => String(column(row, random))).join('');
}

function parseGenerator(text: string): Column {
  const match = /^\s*([A-Za-z]+)\s*(?:\((.*)\))?\s*$/.exec(text);
  const name = match?.[1] ?? text;
  const generator = Object.hasOwn(GENERATORS, name) ? GENERATORS[name] : undefined;
  if (!match || !generator) {
    const near = nearestName(name, generatorNames);
    throw new ColumnError(
      `"${text}" is no generator${near ? `; did you mean "${near}"` : ''}. There are ${generatorNames.join(', ')}`,
    );
  }
  const list = match[2]?.trim() ?? '';
  try {
    return generator(list === '' ? [] : list.split(',').map((argument) => argument.trim()));
  } catch (error) {
    if (!(error instanceof ColumnError)) throw error;
    throw new ColumnError(`"${text}": ${error.message}`);
  }
}

function numberOf(text: string | undefined): number {
  const value = Number(text);
  if (text !== undefined && text !== '' && Number.isFinite(value)) return value;
  throw new ColumnError(text === undefined ? 'an argument is missing' : `"${text}" is no number`);
}

function wholeOf(text: string | undefined): number {
  const value = numberOf(text);
  if (Number.isSafeInteger(value)) return value;
  throw new ColumnError(`"${text}" is no whole number`);
}

/** Days since the epoch. */
function dayOf(text: string | undefined): number {
  const time = /^\d{4}-\d\d-\d\d$/.test(text ?? '') ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (Number.isFinite(time)) return time / DAY_MS;
  throw new ColumnError(
    text === undefined ? 'an argument is missing' : `"${text}" is no day such as 2024-01-31`,
  );
}

function rangeOf(low: number, high: number): [number, number] {
  if (low <= high) return [low, high];
  throw new ColumnError('its first end lies above its second');
}
