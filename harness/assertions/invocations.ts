import { z } from 'zod';
import { asBound, type Bound, countBoundSchema, describeBound, keeps } from '../metrics/bound.ts';
import { hasFailed, invocationsOf } from '../metrics/invocations.ts';
import type { InvocationRecord } from '../record/run-record.ts';
import { defineAssertion, evidenceFiles, type Verdict } from './assertion.ts';
import { judgePayload, payloadSchema } from './payload.ts';

const expectationSchema = z.strictObject({
  count: countBoundSchema.optional().describe('how many there are, repeated attempts included'),
  errors: countBoundSchema
    .optional()
    .describe("of them, those that ended with an error, a timeout or the environment's end"),
  coldStarts: countBoundSchema.optional().describe('of them, those that started an environment'),
  payload: z
    .array(payloadSchema)
    .min(1)
    .optional()
    .describe('what the function is invoked with, as the history tells; of mocked states nothing is invoked'),
});

type Kind = 'count' | 'errors' | 'coldStarts';
const counted: Record<Kind, (one: InvocationRecord) => boolean> = {
  count: () => true,
  errors: hasFailed,
  coldStarts: (one) => one.initDurationMs !== undefined,
};

/** Invocations of each function: their numbers by REPORT lines, their payloads by the histories. */
export const invocations = defineAssertion({
  name: 'invocations',
  schema: z.record(z.string(), expectationSchema).meta({ keys: 'FUNCTION' }),
  evaluate(expected, { record }) {
    return Object.entries(expected).flatMap(([name, wanted]) => {
      const all = invocationsOf(record, name);
      const numbers = (Object.keys(counted) as Kind[]).flatMap((kind): Verdict[] => {
        const bound = wanted[kind];
        return bound === undefined ? [] : [judge(name, kind, asBound(bound), all.filter(counted[kind]))];
      });
      const payloads = (wanted.payload ?? []).map(
        (one, index): Verdict => ({
          ...judgePayload(one, name, record),
          path: [name, 'payload', index],
        }),
      );
      return [...numbers, ...payloads];
    });
  },
});

/** True when payloads are asked for, which may stand in the histories of a Map's children. */
export function wantsChildHistories(expected: z.output<typeof invocations.schema> | undefined): boolean {
  return Object.values(expected ?? {}).some(({ payload }) => payload !== undefined);
}

function judge(name: string, kind: Kind, bound: Bound, found: readonly InvocationRecord[]): Verdict {
  return {
    name: `${kind === 'count' ? 'invocations' : kind} of ${name}`,
    outcome: keeps(bound, found.length, '') ? 'passed' : 'failed',
    expected: describeBound(bound, ''),
    actual: String(found.length),
    path: [name, kind],
    evidence: evidenceFiles.invocations,
    needs: ['report-lines'],
  };
}
