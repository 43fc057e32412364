import { z } from 'zod';
import { asBound, countBoundSchema, describeBound, keeps } from '../metrics/bound.ts';
import { defineAssertion, evidenceFiles, type Verdict } from './assertion.ts';
import { showList } from './show.ts';

const expectationSchema = z.strictObject({
  /** Key, in which `*` stands for any text. */
  key: z.string().min(1),
  bucket: z.string().min(1).optional(),
  exists: z.boolean().optional(),
  count: countBoundSchema.optional(),
});

/** Objects under the result prefix after the run. */
export const objects = defineAssertion({
  name: 'objects',
  schema: z.array(expectationSchema),
  evaluate(expected, evidence) {
    return expected.map((expectation, index): Verdict => {
      const pattern = keyPattern(expectation.key);
      const found = evidence.record.objects.filter(
        (one) =>
          pattern.test(one.key) && (expectation.bucket === undefined || one.bucket === expectation.bucket),
      );
      const bound = asBound(expectation.count ?? (expectation.exists === false ? 0 : ({ gte: 1 } as const)));
      return {
        name: `objects ${expectation.key}`,
        outcome: keeps(bound, found.length, '') ? 'passed' : 'failed',
        expected: `${describeBound(bound, '')} objects`,
        actual: `${found.length}${found.length === 0 ? '' : `: ${showList(found.map((one) => one.key))}`}`,
        path: [index],
        evidence: evidenceFiles.objects,
      };
    });
  },
});

function keyPattern(key: string): RegExp {
  const escaped = key.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^${escaped}$`, 's');
}
