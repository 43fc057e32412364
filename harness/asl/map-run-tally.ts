/** Children of a Map Run by status, and the items in them. */
import type { MapRunCounts } from './map-run-events.ts';

/** `pending`: it did not succeed and waits to run again. */
export type ChildStatus = 'pending' | 'running' | 'succeeded' | 'failed' | 'timedOut' | 'aborted';

export type Tally = { [status in ChildStatus]: number };

export interface Child {
  status: ChildStatus;
  itemCount: number;
  /** Kept while the child may have to run again. */
  input: string | undefined;
}

interface Tallied {
  readonly executionTally: Tally;
  readonly itemTally: Tally;
}

/** What of a Map Run is counted. */
interface Counted extends Tallied {
  readonly items: readonly unknown[];
  readonly itemsHead: number;
  readonly batcher: { readonly texts: readonly string[]; readonly frame: object | undefined };
  readonly queue: readonly unknown[];
  readonly queueHead: number;
  readonly queuedItems: number;
  readonly resultsWritten: boolean;
}

export function emptyTally(): Tally {
  return { pending: 0, running: 0, succeeded: 0, failed: 0, timedOut: 0, aborted: 0 };
}

export function setStatus(run: Tallied, child: Child, status: ChildStatus): void {
  run.executionTally[child.status]--;
  run.itemTally[child.status] -= child.itemCount;
  child.status = status;
  run.executionTally[status]++;
  run.itemTally[status] += child.itemCount;
}

/** How many executions, or items in them, there are of each status. Batches not yet made count as items only. */
export function mapRunCounts(run: Counted, of: 'executions' | 'items'): MapRunCounts {
  const tally = of === 'items' ? run.itemTally : run.executionTally;
  const { running, succeeded, failed, timedOut, aborted } = tally;
  const inHand = run.items.length - run.itemsHead + run.batcher.texts.length;
  const queued = of === 'items' ? run.queuedItems : run.queue.length - run.queueHead;
  const unbatched = of === 'items' || !run.batcher.frame ? inHand : 0;
  const pending = tally.pending + queued + unbatched;
  return {
    pending,
    running,
    succeeded,
    failed,
    timedOut,
    aborted,
    total: pending + running + succeeded + failed + timedOut + aborted,
    resultsWritten: run.resultsWritten ? succeeded + failed + timedOut : 0,
  };
}
