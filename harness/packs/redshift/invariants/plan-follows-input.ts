import { evidenceFile, type Invariant } from '../../../assertions/assertion.ts';
import { showList } from '../../../assertions/show.ts';
import { PLANS, plansOf } from '../evidence/plans.ts';

/** The jobs are those that the input asks for, and what was joined is what was written. */
export const planFollowsInput: Invariant = {
  name: 'jobs follow the input, joined results the results',
  evaluate({ record }) {
    const plans = plansOf(record);
    if (plans.length === 0) return [];
    const problems = plans.flatMap(({ name, problems }) => problems.map((problem) => `${name}: ${problem}`));
    return [
      {
        name: planFollowsInput.name,
        outcome: problems.length === 0 ? 'passed' : 'failed',
        expected:
          'one job a rank, with the values of the input; combined_data.json holds each result as it was written',
        actual: problems.length === 0 ? `holds in ${plans.length} objects` : showList(problems, 3),
        path: [],
        evidence: evidenceFile(PLANS),
      },
    ];
  },
};
