import { jsonValue } from '../record/json-value.ts';
import { defineAssertion, evidenceFiles } from './assertion.ts';
import { executionOf } from './execution.ts';
import { findMismatch } from './partial-match.ts';
import { show } from './show.ts';

/** Partial match of the execution's output. */
export const output = defineAssertion({
  name: 'output',
  schema: jsonValue,
  evaluate(expected, evidence) {
    const actual = executionOf(evidence)?.output;
    const mismatch = findMismatch(expected, actual);
    return [
      {
        name: mismatch?.at ? `output at ${mismatch.at}` : 'output',
        outcome: mismatch ? 'failed' : 'passed',
        expected: mismatch?.expected ?? show(expected),
        actual: mismatch?.actual ?? show(actual),
        path: [],
        evidence: evidenceFiles.history,
      },
    ];
  },
});
