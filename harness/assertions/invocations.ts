import { z } from 'zod';
import { asBound, type Bound, countBoundSchema, describeBound, keeps } from '../metrics/bound.ts';
import { type FunctionRole, functionRoles, invocationsOf } from '../metrics/invocations.ts';
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
  errors: (one) => one.status !== undefined && one.status !== 'success',
  coldStarts: (one) => one.initDurationMs !== undefined,
};

/** Invocations of each function: their numbers by REPORT lines, their payloads by the histories. */
export const invocations = defineAssertion({
  name: 'invocations',
  schema: z.partialRecord(z.enum(functionRoles), expectationSchema).meta({ keys: 'FUNCTION' }),
  evaluate(expected, evidence) {
    return functionRoles.flatMap((role) => {
      const all = invocationsOf(evidence.record, role);
      const numbers = (Object.keys(counted) as Kind[]).flatMap((kind): Verdict[] => {
        const wanted = expected[role]?.[kind];
        if (wanted === undefined) return [];
        return [judge(role, kind, asBound(wanted), all.filter(counted[kind]))];
      });
      const payloads = (expected[role]?.payload ?? []).map(
        (one, index): Verdict => ({
          ...judgePayload(one, role, evidence.record),
          path: [role, 'payload', index],
        }),
      );
      return [...numbers, ...payloads];
    });
  },
});

/** True when payloads are asked for that stand in the histories of the Map's children. */
export function wantsChildHistories(expected: z.output<typeof invocations.schema> | undefined): boolean {
  return expected?.inference?.payload !== undefined;
}

function judge(role: FunctionRole, kind: Kind, bound: Bound, found: readonly InvocationRecord[]): Verdict {
  return {
    name: `${kind === 'count' ? 'invocations' : kind} of ${role}`,
    outcome: keeps(bound, found.length, '') ? 'passed' : 'failed',
    expected: describeBound(bound, ''),
    actual: String(found.length),
    path: [role, kind],
    evidence: evidenceFiles.invocations,
    needs: ['report-lines'],
  };
}
