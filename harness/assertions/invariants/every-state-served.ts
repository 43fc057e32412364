import { evidenceFiles, type Invariant } from '../assertion.ts';

/**
 * A state whose integration is not served fails for a reason that AWS does not have. Whatever caught it, the run has not
 * shown what the pipeline does.
 */
export const everyStateServed: Invariant = {
  name: 'every state is served, mocked or delegated',
  evaluate({ record }) {
    const unserved = record.unservedStates;
    if (unserved === undefined) return [];
    const shown = unserved.map(({ state, calls }) => `${state} calls ${calls}`);
    return [
      {
        name: everyStateServed.name,
        outcome: unserved.length > 0 ? 'failed' : 'passed',
        expected: 'every state that ran is served, or has a mock',
        actual:
          shown.length === 0
            ? 'holds'
            : `${shown.slice(0, 5).join(', ')}${shown.length > 5 ? ` and ${shown.length - 5} more` : ''}`,
        path: [],
        evidence: evidenceFiles.record,
      },
    ];
  },
};
