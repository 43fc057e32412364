/** What a Lambda function's failure means for a Task. */

import { isJsonObject } from '../../../../core/json.ts';
import { parseJson } from '../../../../core/json-parse.ts';
import { TaskFailure } from './integration.ts';

/**
 * The failure of an invocation that answered with FunctionError: the function's own error type, or
 * `Lambda.Unknown` where the runtime told none.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html (Lambda.Unknown)
 */
export function functionFailure(payload: string): TaskFailure {
  const errorType = errorTypeOf(payload);
  if (errorType !== undefined) return new TaskFailure(errorType, payload);
  return new TaskFailure(
    'Lambda.Unknown',
    `The cause could not be determined because Lambda did not return an error type. Returned payload: ${payload}`,
  );
}

function errorTypeOf(payload: string): string | undefined {
  try {
    const value: unknown = parseJson(payload);
    if (isJsonObject(value) && typeof value['errorType'] === 'string') return value['errorType'];
  } catch {
    // A payload that is not JSON names no type.
  }
  return undefined;
}
