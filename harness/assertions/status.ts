import { z } from 'zod';
import { defineAssertion, evidenceFiles } from './assertion.ts';
import { executionOf } from './execution.ts';
import { show } from './show.ts';

/** The execution's final status. */
export const status = defineAssertion({
  name: 'status',
  schema: z.enum(['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED']),
  evaluate(expected, evidence) {
    const execution = executionOf(evidence);
    const why = execution?.error ? ` (${execution.error}: ${show(execution.cause ?? '', 200)})` : '';
    return [
      {
        name: 'status',
        outcome: execution?.status === expected ? 'passed' : 'failed',
        expected,
        actual: execution ? `${execution.status}${why}` : 'no execution',
        path: [],
        evidence: evidenceFiles.history,
      },
    ];
  },
});
