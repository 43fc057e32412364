/** `expect.objects[].schema`: JSON Schema that the JSON in each of the objects keeps. */
import { z } from 'zod';
import type { Json } from '../core/json.ts';
import type { Evidence, References } from '../metrics/evidence.ts';
import { jsonValue } from '../record/json-value.ts';
import { type SchemaIssue, SchemaMistake, schemaCheck } from './json-schema.ts';

/** Issues told of one object. */
const MOST_ISSUES = 3;

export const objectSchema = z.union([z.string().min(1), z.record(z.string(), jsonValue)]);
export type ObjectSchema = z.output<typeof objectSchema>;

/** The schema as it is, or as its file has it. @throws SchemaMistake when there is no such file, or no JSON in it */
export function readSchema(schema: ObjectSchema, read: References['read']): Json {
  if (typeof schema !== 'string') return schema;
  const text = read(schema);
  if (text === undefined) throw new SchemaMistake(`the file ${schema} does not exist`, '');
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw new SchemaMistake(`${schema} holds no JSON: ${(error as Error).message}`, '');
  }
}

/** Says of one object's JSON what is wrong with it; undefined for a file that cannot be read here. */
export function problemBySchema(
  schema: ObjectSchema,
  { references }: Evidence,
): ((value: unknown) => string | undefined) | undefined {
  if (typeof schema === 'string' && !references) return undefined;
  const check = schemaCheck(readSchema(schema, (path) => references?.read(path)));
  return (value) => {
    const issues = check(value);
    return issues.length === 0 ? undefined : describeIssues(issues);
  };
}

/** How the expectation reads in a verdict. */
export function describeSchema(schema: ObjectSchema): string {
  if (typeof schema === 'string') return `follows ${schema}`;
  const { title } = schema;
  return typeof title === 'string' ? `follows the schema "${title}"` : 'follows the schema';
}

function describeIssues(issues: readonly SchemaIssue[]): string {
  const told = issues.slice(0, MOST_ISSUES).map(({ pointer, message }) => `#${pointer} ${message}`);
  const more = issues.length - told.length;
  return `${told.join(' and ')}${more > 0 ? ` and ${more} more` : ''}`;
}
