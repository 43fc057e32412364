/** Kind `test-state`: one TestState request and its answer. */
import type { JsonObject } from '../../../harness/core/json.ts';
import type { Case } from '../corpus.ts';
import { matchValue } from '../matcher/match.ts';
import { accept, compare, exceptionOf } from './run-execution.ts';
import { errorOf } from './wire.ts';
import type { World } from './world.ts';

export async function runTestState(world: World, one: Case): Promise<string | undefined> {
  const answer = await world.sfn('TestState', one.request ?? {});
  const { response, errorSummary, other } = one.expected;
  const error = one.expected.error as JsonObject | undefined;
  const summary = errorSummary ?? (other?.['validation-exception'] as JsonObject | undefined);
  if (error?.['Error'] !== undefined) {
    if (answer.status === 200)
      return `expected ${JSON.stringify(error['Error'])}, came ${JSON.stringify(answer.body)}`;
    const { code, message } = errorOf(answer);
    return compare(world, { Code: code, Message: message }, error['Error'] as JsonObject);
  }
  if (summary !== undefined && response === undefined) {
    if (answer.status === 200)
      return `expected ${JSON.stringify(summary)}, came ${JSON.stringify(answer.body)}`;
    if (summary['exception_value'] === undefined) {
      const { code, message } = errorOf(answer);
      return compare(world, { Code: code, Message: message }, (summary['Error'] as JsonObject) ?? summary);
    }
    const { code, message } = errorOf(answer);
    const actual = {
      ...(summary['exception_typename'] !== undefined && { exception_typename: code }),
      exception_value: `An error occurred (${code}) when calling the TestState operation: ${message}`,
    };
    return compare(world, actual, summary);
  }
  if (answer.status !== 200) return exceptionOf(world, answer, 'TestState', undefined);
  return accept(world, matchValue(world.tokens, response ?? {}, answer.body, world.bindings));
}
