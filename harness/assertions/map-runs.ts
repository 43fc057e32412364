import type { ExecutionRecord, MapRunRecord } from '../record/run-record.ts';

/** Items of a Map Run that came to nothing. */
export function failedItems({ itemCounts }: MapRunRecord): number {
  return itemCounts.failed + itemCounts.timedOut + itemCounts.aborted;
}

/**
 * True of a Map Run that calls itself SUCCEEDED though more of its items failed than it tolerates, as LocalStack 4
 * does. A tolerance of 0 is what DescribeMapRun answers for one that was not set, so of the two the wider counts.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
 */
export function contradictsItsCounts(mapRun: MapRunRecord): boolean {
  const { toleratedFailureCount, toleratedFailurePercentage, itemCounts } = mapRun;
  const tolerated = Math.max(toleratedFailureCount, (toleratedFailurePercentage / 100) * itemCounts.total);
  return mapRun.status === 'SUCCEEDED' && failedItems(mapRun) > tolerated;
}

/** Why an execution that calls itself SUCCEEDED has failed all the same; undefined when nothing speaks against it. */
export function whyNotSucceeded(execution: ExecutionRecord): string | undefined {
  if (execution.status !== 'SUCCEEDED') return undefined;
  const wrong = execution.mapRuns.find(contradictsItsCounts);
  return wrong && `${failedItems(wrong)} of ${wrong.itemCounts.total} items of its Map Run failed`;
}
