/** The input of an execution: the project's own with its parameters, and what the scenario replaces. */
import { isJsonObject, type Json, type JsonObject } from '../core/json.ts';
import type { Project } from '../project/project.ts';
import { inputWithParameters } from '../project/resolve-input.ts';
import type { CellValue } from './matrix.ts';

/** The project's default input, its parameters by name; without one an empty object. */
export function executionInput(
  { input }: Pick<Project, 'input'>,
  variables: Readonly<Record<string, CellValue>>,
  replacements: JsonObject = {},
): JsonObject {
  return withReplacements(input ? inputWithParameters(input, variables) : {}, replacements);
}

/** `input` with fields replaced or added; `null` removes one. */
export function withReplacements(input: JsonObject, replacements: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries({ ...input, ...replacements }).filter(([field]) => replacements[field] !== null),
  );
}

/** Real names of buckets by those of the project, where they differ. */
export type BucketNames = Readonly<Record<string, string>>;

/**
 * A value with the buckets as they are really called: the names people give are shared by all accounts of AWS. A
 * text that is the name of a bucket, or a URI in it, follows that bucket.
 */
export function withRealBuckets<Value extends Json>(value: Value, buckets: BucketNames): Value {
  return rename(value, buckets) as Value;
}

function rename(value: Json, buckets: BucketNames): Json {
  if (typeof value === 'string') {
    const [, scheme = '', name = '', rest = ''] = /^(s3:\/\/)?([^/]+)(\/.*)?$/s.exec(value) ?? [];
    const isBucket = Object.hasOwn(buckets, name) && (scheme !== '' || rest === '');
    return isBucket ? `${scheme}${buckets[name]}${rest}` : value;
  }
  if (Array.isArray(value)) return value.map((one) => rename(one, buckets));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, rename(one, buckets)]));
}
