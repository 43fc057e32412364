/** What a function was invoked with: one entry of `expect.invocations.FUNCTION.payload`. */
import { z } from 'zod';
import { asBound, countBoundSchema, describeBound, keeps } from '../metrics/bound.ts';
import { statesOfFunctions } from '../metrics/cost/states-of-functions.ts';
import { deployedNameOf } from '../metrics/invocations.ts';
import { type Invoked, invokedPayloads } from '../record/invoked-payloads.ts';
import { jsonValue } from '../record/json-value.ts';
import type { RunRecord } from '../record/run-record.ts';
import { evidenceFiles, type Verdict } from './assertion.ts';
import { jsonataExpression, whyUntrue } from './jsonata.ts';
import { describeMismatch, findMismatch } from './partial-match.ts';
import { show } from './show.ts';

export const payloadSchema = z
  .strictObject({
    match: jsonValue.optional().describe('what the payload matches partially'),
    that: jsonataExpression.optional().describe('JSONata that is true of the payload (`$`)'),
    count: countBoundSchema
      .optional()
      .describe('how many invocations have such a payload; all of them, and at least one, when left out'),
  })
  .refine(({ match, that }) => match !== undefined || that !== undefined, {
    message: 'a payload needs "match" or "that"',
  });
type PayloadExpectation = z.output<typeof payloadSchema>;

/** The verdict without its path. Attempts count one by one, for each was invoked. */
export function judgePayload(expected: PayloadExpectation, name: string, record: RunRecord): Verdict {
  const { invoked, unknownChildren } = invokedPayloads(record);
  const deployed = deployedNameOf(record, name);
  const own = invoked.filter(({ functionName }) => functionName === deployed);
  // Without a definition nothing tells where a function is called.
  const unknown = record.executions.some(({ definition, mapRuns }) => !definition && mapRuns.length > 0);
  const inMap = unknown || statesOfFunctions(record)(deployed).repeated;
  const problems = own.map((one) => problemOf(expected, one.payload));
  const fitting = problems.filter((problem) => problem === undefined).length;
  const bound = expected.count === undefined ? undefined : asBound(expected.count);
  const verdict: Verdict = {
    name: `payload of ${name}`,
    outcome: 'not judged',
    expected: `${bound ? `${describeBound(bound, '')} invocations with` : 'in every invocation'} ${describe(expected)}`,
    actual: '',
    path: [],
    evidence: evidenceFiles.history,
    // Of a state within a Distributed Map only the histories of its children tell.
    ...(inMap ? { needs: ['child-histories'] } : {}),
  };
  if (unknownChildren > 0 && inMap) {
    return { ...verdict, actual: `the histories of ${unknownChildren} children were not collected` };
  }
  const passed = bound ? keeps(bound, fitting, '') : fitting === own.length && own.length > 0;
  return {
    ...verdict,
    outcome: passed ? 'passed' : 'failed',
    actual: `${fitting} of ${own.length} invocations${passed ? '' : firstProblem(own, problems)}`,
  };
}

function describe({ match, that }: PayloadExpectation): string {
  return [match === undefined ? '' : show(match), that === undefined ? '' : `${that} is true`]
    .filter((text) => text !== '')
    .join(' and ');
}

function problemOf({ match, that }: PayloadExpectation, payload: unknown): string | undefined {
  const mismatch = match === undefined ? undefined : findMismatch(match, payload);
  if (mismatch) return describeMismatch(mismatch);
  const untrue = that === undefined ? undefined : whyUntrue(that, payload);
  return untrue === undefined ? undefined : `${that} is ${untrue}`;
}

function firstProblem(invoked: readonly Invoked[], problems: readonly (string | undefined)[]): string {
  const index = problems.findIndex((problem) => problem !== undefined);
  if (index === -1) return '';
  const { execution, eventId, payload } = invoked[index]!;
  return `; event ${eventId} of ${execution}: ${problems[index]}, the payload is ${show(payload)}`;
}
