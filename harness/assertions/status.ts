import { z } from 'zod';
import { defineAssertion, evidenceFiles } from './assertion.ts';
import { executionOf, explainFailure } from './execution.ts';
import { whyNotSucceeded } from './map-runs.ts';

/**
 * The execution's final status. One that calls itself SUCCEEDED against the counts of its own Map Run has not
 * succeeded; how it would have ended elsewhere is not known there.
 */
export const status = defineAssertion({
  name: 'status',
  schema: z.enum(['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED']),
  evaluate(expected, evidence) {
    const execution = executionOf(evidence);
    const untrue = execution && whyNotSucceeded(execution);
    const why = untrue ?? (execution && explainFailure(execution));
    return [
      {
        name: 'status',
        outcome: execution?.status === expected && !untrue ? 'passed' : 'failed',
        expected,
        actual: execution ? `${execution.status}${why ? ` (${why})` : ''}` : 'no execution',
        path: [],
        evidence: evidenceFiles.history,
        ...(untrue && expected !== 'SUCCEEDED' ? { needs: ['map-run-status'] as const } : {}),
      },
    ];
  },
});
