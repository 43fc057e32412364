/** Reads members of Lambda requests, with Lambda's own texts. */
import { isJsonObject, type JsonObject } from '../../../core/json.ts';
import { validation } from './errors.ts';

/** A text member, or `undefined` when it is absent. */
export function text(input: JsonObject, member: string): string | undefined {
  const value = input[member];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string')
    throw validation(JSON.stringify(value), camel(member), 'Member must be a string');
  return value;
}

/** A text member that must be there. */
export function requiredText(input: JsonObject, member: string): string {
  const value = text(input, member);
  if (value === undefined) throw validation(null, camel(member), 'Member must not be null');
  return value;
}

/** A whole number within bounds, or `undefined` when it is absent. */
export function integer(
  input: JsonObject,
  member: string,
  bounds: { min: number; max: number },
): number | undefined {
  const value = input[member];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value)) {
    throw validation(JSON.stringify(value), camel(member), 'Member must be an integer');
  }
  if (value < bounds.min) {
    throw validation(value, camel(member), `Member must have value greater than or equal to ${bounds.min}`);
  }
  if (value > bounds.max) {
    throw validation(value, camel(member), `Member must have value less than or equal to ${bounds.max}`);
  }
  return value;
}

const camel = (member: string) => member[0]!.toLowerCase() + member.slice(1);

/** A map of texts. */
export function textMap(value: unknown, member: string): { [name: string]: string } {
  if (value === undefined || value === null) return {};
  if (!isJsonObject(value)) throw validation(JSON.stringify(value), member, 'Member must be a map');
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => {
      if (typeof one !== 'string')
        throw validation(JSON.stringify(one), member, 'Member must be a map of strings');
      return [name, one];
    }),
  );
}

/** A text member of a member that is an object. */
export function memberText(input: JsonObject, member: string, inner: string): string | undefined {
  const value = input[member];
  return isJsonObject(value) ? text(value as JsonObject, inner) : undefined;
}

/** A text that must be one of `values`. `path` is how AWS names the member. */
export function oneOf<T extends string>(
  value: string | undefined,
  path: string,
  values: readonly T[],
): T | undefined {
  if (value === undefined || (values as readonly string[]).includes(value)) return value as T | undefined;
  throw validation(value, path, `Member must satisfy enum value set: [${values.join(', ')}]`);
}

/** A list of texts, or `undefined` when it is absent. */
export function textList(value: unknown, member: string): string[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value;
  throw validation(JSON.stringify(value), member, 'Member must be a list of strings');
}
