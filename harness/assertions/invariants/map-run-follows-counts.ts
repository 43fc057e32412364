import { evidenceFiles, type Invariant } from '../assertion.ts';
import { contradictsItsCounts, failedItems } from '../map-runs.ts';

/**
 * A Map Run that lost more items than it tolerates has failed. Where the place is known to say otherwise, the
 * expected status is judged by the counts instead.
 */
export const mapRunFollowsCounts: Invariant = {
  name: 'Map Run status = its item counts',
  needs: ['map-run-status'],
  evaluate({ record }) {
    const mapRuns = record.executions.flatMap((execution) => execution.mapRuns);
    if (mapRuns.length === 0) return [];
    const wrong = mapRuns.filter(contradictsItsCounts);
    const first = wrong[0];
    return [
      {
        name: mapRunFollowsCounts.name,
        outcome: first ? 'failed' : 'passed',
        expected: 'no Map Run SUCCEEDED with more failed items than it tolerates',
        actual: first
          ? `${first.status} with ${failedItems(first)} of ${first.itemCounts.total} items failed`
          : `holds in ${mapRuns.length} Map Runs`,
        path: [],
        evidence: evidenceFiles.record,
      },
    ];
  },
};
