import { z } from 'zod';
import { defineAssertion, evidenceFiles } from './assertion.ts';
import { executionOf, explainFailure } from './execution.ts';

/** The execution's final status. */
export const status = defineAssertion({
  name: 'status',
  schema: z.enum(['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED']),
  evaluate(expected, evidence) {
    const execution = executionOf(evidence);
    const why = execution && explainFailure(execution);
    return [
      {
        name: 'status',
        outcome: execution?.status === expected ? 'passed' : 'failed',
        expected,
        actual: execution ? `${execution.status}${why ? ` (${why})` : ''}` : 'no execution',
        path: [],
        evidence: evidenceFiles.history,
      },
    ];
  },
});
