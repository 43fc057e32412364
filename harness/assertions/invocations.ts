import { z } from 'zod';
import { asBound, type Bound, countBoundSchema, describeBound, keeps } from '../metrics/bound.ts';
import { functionRoles, invocationsOf } from '../metrics/invocations.ts';
import type { InvocationRecord } from '../record/run-record.ts';
import { defineAssertion, evidenceFiles, type Verdict } from './assertion.ts';

const expectationSchema = z.strictObject({
  /** Invocations, repeated attempts included. */
  count: countBoundSchema.optional(),
  /** Of them, those that ended with an error, a timeout or the environment's end. */
  errors: countBoundSchema.optional(),
  /** Of them, those that started an environment. */
  coldStarts: countBoundSchema.optional(),
});

const counted: Record<keyof z.output<typeof expectationSchema>, (one: InvocationRecord) => boolean> = {
  count: () => true,
  errors: (one) => one.status !== undefined && one.status !== 'success',
  coldStarts: (one) => one.initDurationMs !== undefined,
};

/** Invocations of each function, told by their REPORT lines. */
export const invocations = defineAssertion({
  name: 'invocations',
  needs: ['report-lines'],
  schema: z.partialRecord(z.enum(functionRoles), expectationSchema),
  evaluate(expected, evidence) {
    return functionRoles.flatMap((role) => {
      const all = invocationsOf(evidence.record, role);
      return (Object.keys(counted) as (keyof typeof counted)[]).flatMap((kind): Verdict[] => {
        const wanted = expected[role]?.[kind];
        if (wanted === undefined) return [];
        return [judge(`${kind} of ${role}`, asBound(wanted), all.filter(counted[kind]), [role, kind])];
      });
    });
  },
});

function judge(name: string, bound: Bound, found: readonly InvocationRecord[], path: string[]): Verdict {
  return {
    name: name.startsWith('count') ? name.replace('count', 'invocations') : name,
    outcome: keeps(bound, found.length, '') ? 'passed' : 'failed',
    expected: describeBound(bound, ''),
    actual: String(found.length),
    path,
    evidence: evidenceFiles.invocations,
  };
}
