import { z } from 'zod';
import type { Json, JsonObject } from '../core/json.ts';
import { jsonValue } from '../record/json-value.ts';

const CALLS = /^([1-9]\d*)(?:-([1-9]\d*)?)?$/;

const responseSchema = z
  .strictObject({
    calls: z
      .union([z.int().min(1), z.string().regex(CALLS, 'calls read 3, 1-3, or 4- (from the fourth on)')])
      .default('1-')
      .describe('which invocations of the state in its execution: `3`, `1-3`, `4-`; all when left out'),
    return: jsonValue.optional().describe('what the integration answers; of a Lambda task `{Payload: ...}`'),
    throw: z
      .strictObject({
        error: z.string().min(1).describe('error name, such as `Lambda.TooManyRequestsException`'),
        cause: z.string().default('').describe('the cause beside it'),
      })
      .optional()
      .describe('the error it fails with, instead of `return`'),
  })
  .refine((one) => (one.return === undefined) !== (one.throw === undefined), {
    message: 'a mock has one of "return" and "throw"',
  });

/** Answers that stand in for the integration of a state, by the state's name. */
export const mocksSchema = z.record(z.string(), z.array(responseSchema).min(1)).meta({ keys: 'STATE' });
type MocksSpec = z.output<typeof mocksSchema>;

/** The test case that a scenario's mocks become. */
export const MOCK_TEST_CASE = 'scenario';

/** "From the fourth on" in a format that knows closed ranges only. */
const FOR_EVER = 1_000_000_000;

/**
 * Mocks in the format of Step Functions Local, for every machine that has one of the states. Invocations count from 1 in a scenario and from 0
 * there. Source: https://docs.aws.amazon.com/step-functions/latest/dg/sfn-local-mock-cfg-file.html
 */
export function mockConfig(
  machines: Readonly<Record<string, ReadonlySet<string>>>,
  mocks: MocksSpec,
): JsonObject {
  const responses = Object.entries(mocks).map(([state, list]): [string, Json] => [
    state,
    Object.fromEntries(
      list.map((one) => [
        numbersOf(one.calls),
        one.throw === undefined
          ? { Return: one.return! }
          : { Throw: { Error: one.throw.error, Cause: one.throw.cause } },
      ]),
    ),
  ]);
  const testCase = (known: ReadonlySet<string>) =>
    Object.fromEntries(
      Object.keys(mocks)
        .filter((state) => known.has(state))
        .map((state) => [state, state]),
    );
  return {
    StateMachines: Object.fromEntries(
      Object.entries(machines).map(([machine, known]) => [
        machine,
        { TestCases: { [MOCK_TEST_CASE]: testCase(known) } },
      ]),
    ),
    MockedResponses: Object.fromEntries(responses),
  };
}

function numbersOf(calls: number | string): string {
  const [, from, to] = CALLS.exec(String(calls))!;
  const first = Number(from) - 1;
  if (!String(calls).includes('-')) return String(first);
  return `${first}-${to === undefined ? FOR_EVER : Number(to) - 1}`;
}
