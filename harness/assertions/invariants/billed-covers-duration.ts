import { evidenceFiles, type Invariant } from '../assertion.ts';
import { showList } from '../show.ts';

/** Billed Duration is Duration (and Init Duration since 2025-08) rounded up, so never less. */
export const billedCoversDuration: Invariant = {
  name: 'billed duration >= duration',
  needs: ['report-lines'],
  evaluate({ record }) {
    if (record.invocations.length === 0) return [];
    const wrong = record.invocations
      .filter((one) => one.billedDurationMs < one.durationMs)
      .map((one) => `${one.requestId}: billed ${one.billedDurationMs} ms for ${one.durationMs} ms`);
    return [
      {
        name: billedCoversDuration.name,
        outcome: wrong.length === 0 ? 'passed' : 'failed',
        expected: 'billed duration at least the duration, in every REPORT line',
        actual: wrong.length === 0 ? `holds in ${record.invocations.length} invocations` : showList(wrong),
        path: [],
        evidence: evidenceFiles.invocations,
      },
    ];
  },
};
