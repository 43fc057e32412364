import { defineAssertion, evidenceFiles } from './assertion.ts';
import { executionOf } from './execution.ts';
import { describeTextMatch, matchesText, textMatchSchema } from './text-match.ts';

/** The error name an execution failed with. */
export const error = defineAssertion({
  name: 'error',
  schema: textMatchSchema,
  evaluate(expected, evidence) {
    const actual = executionOf(evidence)?.error;
    return [
      {
        name: 'error',
        outcome: actual !== undefined && matchesText(expected, actual) ? 'passed' : 'failed',
        expected: describeTextMatch(expected),
        actual: actual === undefined ? 'no error' : JSON.stringify(actual),
        path: [],
        evidence: evidenceFiles.history,
      },
    ];
  },
});
