/** One child in a result file: DescribeExecution's members in PascalCase, dates in ISO 8601. */

import { isJsonObject, type Json, type JsonObject } from '../../../../core/json.ts';
import { parseJson } from '../../../../core/json-parse.ts';
import { pascalCased } from '../integrations/member-case.ts';
import { describedExecution } from '../render/describe-execution.ts';
import type { Execution } from '../store/execution.ts';

/** A child's metadata with its input and output as texts (Transformation NONE). */
export function metadataEntry(child: Execution): JsonObject {
  const { mapRunArn: _, ...described } = describedExecution(child);
  const entry = pascalCased(described);
  for (const date of ['StartDate', 'StopDate', 'RedriveDate'])
    if (typeof entry[date] === 'number') entry[date] = new Date(entry[date] * 1_000).toISOString();
  return entry;
}

/** A child that was never started. */
export function pendingEntry(input: string): JsonObject {
  return { Input: input, InputDetails: { Included: true }, Status: 'PENDING' };
}

export type Transformation = 'NONE' | 'COMPACT' | 'FLATTEN';

/**
 * The entries of a child that succeeded.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
 */
export function succeededEntries(child: Execution, transformation: Transformation): Json[] {
  if (transformation === 'NONE') return [metadataEntry(child)];
  const output = parseJson(child.history.output ?? 'null');
  return transformation === 'FLATTEN' && Array.isArray(output) ? output : [output];
}

export function transformationOf(writerConfig: unknown, otherwise: Transformation): Transformation {
  const given = isJsonObject(writerConfig) ? writerConfig['Transformation'] : undefined;
  return given === 'NONE' || given === 'COMPACT' || given === 'FLATTEN' ? given : otherwise;
}
