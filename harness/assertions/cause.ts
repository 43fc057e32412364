import { defineAssertion, evidenceFiles } from './assertion.ts';
import { executionOf } from './execution.ts';
import { show } from './show.ts';
import { describeTextMatch, matchesText, textMatchSchema } from './text-match.ts';

/**
 * The cause an execution failed with. The cause of a failed Distributed Map names no child's error, so the
 * children's causes count too.
 */
export const cause = defineAssertion({
  name: 'cause',
  schema: textMatchSchema,
  evaluate(expected, evidence) {
    const execution = executionOf(evidence);
    const own = execution?.cause;
    const ofChildren = (execution?.children ?? []).flatMap((child) => child.cause ?? []);
    const causes = [...(own === undefined ? [] : [own]), ...ofChildren];
    return [
      {
        name: 'cause',
        outcome: causes.some((text) => matchesText(expected, text)) ? 'passed' : 'failed',
        expected: describeTextMatch(expected),
        actual: causes.length === 0 ? 'no cause' : causes.map((text) => show(text, 200)).join('; '),
        path: [],
        evidence: evidenceFiles.history,
      },
    ];
  },
});
