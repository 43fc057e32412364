import { ParseError, parse } from '@aws-lambda-powertools/parser';
import * as z from 'zod';
import { PipelineError } from './pipeline-error.ts';

/** A count that may arrive as text, as in the original's inputs: `100` or `"100"`. */
export const countField = (minimum: number) =>
  z
    .union([z.number(), z.string().trim().regex(/^\d+$/, 'expected a whole number').transform(Number)])
    .pipe(z.number().int().min(minimum).max(Number.MAX_SAFE_INTEGER));

/** A bucket's name, 3 to 63 characters (https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html). */
export const bucketField = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'expected a bucket name: 3 to 63 of a-z 0-9 . -');

/** A key prefix that names a folder: kept without slashes at either end. */
export const folderField = z
  .string()
  .transform((text) => text.replace(/^\/+|\/+$/g, ''))
  .pipe(z.string().max(900));

/** `value` as the schema wants it; `PipelineError.InvalidInput` says which field is wrong and what it held. */
export function parseInput<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  what: string,
): z.output<Schema> {
  try {
    return parse(value, undefined, schema) as z.output<Schema>;
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    throw new PipelineError('InvalidInput', `${what} is not valid: ${describeIssues(error.cause)}`, error);
  }
}

/** One line for zod's issues, as an error or as the list the parser keeps: `batch_size: expected ...; ...`. */
export function describeIssues(cause: unknown): string {
  const issues = cause instanceof z.ZodError ? cause.issues : (cause as z.core.$ZodIssue[]);
  if (!Array.isArray(issues)) return String(cause);
  return issues.map((issue) => `${issue.path.join('.') || '(the whole)'}: ${deepest(issue)}`).join('; ');
}

/** Of a union's issues the last branch says most: what a text would have to look like. */
function deepest(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'invalid_union') return issue.message;
  const branch = issue.errors.at(-1)?.[0];
  return branch ? deepest(branch) : issue.message;
}
