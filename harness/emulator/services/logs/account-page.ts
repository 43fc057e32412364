/** Pages of what the account holds, by name; and members that such operations share. */
import { AwsError } from '../../../core/errors.ts';
import type { JsonObject } from '../../../core/json.ts';
import { invalidParameter } from './errors.ts';
import { nameOfToken, nameToken } from './page-token.ts';
import { optionalInteger, optionalText, requiredText } from './parameters.ts';

const PAGE = 50;

/** One page of `map` in the order of its keys, by `nextToken` and the member that bounds it. */
export function pageOf<T>(
  input: JsonObject,
  map: ReadonlyMap<string, T>,
  { limit, max = PAGE }: { limit: string; max?: number },
): { items: T[]; nextToken: string | undefined } {
  const size = optionalInteger(input, limit, { min: 1, max }) ?? Math.min(max, PAGE);
  const token = optionalText(input, 'nextToken');
  const after = token === undefined ? '' : nameOfToken(token);
  const keys = [...map.keys()].filter((key) => key > after).sort();
  const page = keys.slice(0, size);
  return {
    items: page.map((key) => map.get(key)!),
    nextToken: keys.length > page.length ? nameToken(page.at(-1)!) : undefined,
  };
}

/** A text with at least one character. @throws AwsError InvalidParameterException */
export function namedText(input: JsonObject, member: string): string {
  const text = requiredText(input, member);
  if (text === '') {
    throw invalidParameter(
      `1 validation error detected: Value '' at '${member}' failed to satisfy constraint: Member must have length greater than or equal to 1`,
    );
  }
  return text;
}

/** JSON text of an object, kept as it came. @throws AwsError InvalidParameterException */
export function policyText(input: JsonObject, member: string): string {
  const text = requiredText(input, member);
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return text;
  } catch {
    // Told below.
  }
  throw invalidParameter(`Invalid policy document: ${member} is not the JSON text of an object.`);
}

export const invalid = (message: string) => new AwsError('ValidationException', message);

/** One of a set of words, or `undefined` when it is absent. @throws AwsError by `refuse` */
export function wordOf(
  input: JsonObject,
  member: string,
  words: readonly string[],
  refuse: (message: string) => AwsError,
): string | undefined {
  const word = optionalText(input, member);
  if (word === undefined || words.includes(word)) return word;
  throw refuse(
    `1 validation error detected: Value '${word}' at '${member}' failed to satisfy constraint: Member must satisfy enum value set: [${words.join(', ')}]`,
  );
}
