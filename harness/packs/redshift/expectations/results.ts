import { z } from 'zod';
import { defineAssertion, evidenceFile, type Verdict } from '../../../assertions/assertion.ts';
import { findMismatch } from '../../../assertions/partial-match.ts';
import { asBound, countBoundSchema, describeBound, keeps } from '../../../metrics/bound.ts';
import { jsonValue } from '../../../record/json-value.ts';
import { RESULTS, resultsOf } from '../evidence/results.ts';

/** The result objects that inference wrote: how many, and what each must match partially. */
export const results = defineAssertion({
  name: 'results',
  schema: z.strictObject({
    count: countBoundSchema.optional().describe('how many there are'),
    each: jsonValue.optional().describe('what each of them matches partially'),
  }),
  evaluate(expected, evidence) {
    const verdicts: Verdict[] = [];
    const found = resultsOf(evidence.record);
    if (expected.count !== undefined) {
      const bound = asBound(expected.count);
      verdicts.push({
        name: 'number of results',
        outcome: keeps(bound, found.length, '') ? 'passed' : 'failed',
        expected: describeBound(bound, ''),
        actual: String(found.length),
        path: ['count'],
        evidence: evidenceFile(RESULTS),
      });
    }
    if (expected.each !== undefined) {
      const each = expected.each;
      const mismatches = found.flatMap((result) => {
        const mismatch = findMismatch(each, result);
        return mismatch ? [{ result, mismatch }] : [];
      });
      const first = mismatches[0];
      verdicts.push({
        name: 'each result',
        outcome: first || found.length === 0 ? 'failed' : 'passed',
        expected: first
          ? `${first.mismatch.at}: ${first.mismatch.expected}`
          : `all of ${Object.keys(each as object).join(', ')} as given`,
        actual: first
          ? `${first.mismatch.actual} in the result of ${String(first.result.data_path)} (${mismatches.length} of ${found.length} results differ)`
          : `${found.length} results match`,
        path: ['each'],
        evidence: evidenceFile(RESULTS),
      });
    }
    return verdicts;
  },
});
