import type { StartMapRun } from '../../../../asl/effects.ts';
import type { MapRunState } from '../../../../asl/map-run.ts';
import type { MapRunEvent } from '../../../../asl/map-run-events.ts';
import { mapRunCounts } from '../../../../asl/map-run-tally.ts';
import { type Random, seededRandom } from '../../../../core/random.ts';
import type { Execution, MapRun, MapRunLimits } from '../store/execution.ts';

/** A Map Run as clients see it; `update` puts new limits in force, or throws when they cannot be kept. */
export function mapRunOf(
  parent: Execution,
  effect: StartMapRun,
  { arn, startedAtMs, state }: { arn: string; startedAtMs: number; state: MapRunState },
  update: (limits: MapRunLimits) => void,
): MapRun {
  const mapRun: MapRun = {
    arn,
    machineLabel: `${parent.machine.name}/${effect.label}`,
    label: effect.label,
    parent,
    startedAtMs,
    status: 'RUNNING',
    maxConcurrency: effect.maxConcurrency,
    toleratedFailureCount: effect.toleratedFailureCount ?? 0,
    toleratedFailurePercentage: effect.toleratedFailurePercentage ?? 0,
    redriveCount: 0,
    children: new Map(),
    counts: (of) => {
      const counts = mapRunCounts(state, of);
      // Results handed on in the state's output count as written (recorded).
      const kept = mapRun.status === 'SUCCEEDED' && !effect.resultWriter;
      return kept ? { ...counts, resultsWritten: counts.succeeded } : counts;
    },
    update: (limits) => {
      update(limits);
      Object.assign(mapRun, limits);
    },
  };
  return mapRun;
}

/** What ItemSelector draws from: the same after a restart. */
export const itemRandom = (parent: Execution, { mapId }: StartMapRun): Random =>
  seededRandom(`${parent.arn}/${parent.startedAtMs}/${mapId}`);

/** Changes a Map Run as an event did that is replayed. */
export function applyTo(mapRun: MapRun, event: MapRunEvent): void {
  if (event.kind === 'update') {
    const { kind: _, atMs: __, ...limits } = event;
    Object.assign(mapRun, limits);
  }
  if (event.kind === 'redrive') {
    mapRun.redriveCount++;
    mapRun.redrivenAtMs = event.atMs;
    mapRun.status = 'RUNNING';
    delete mapRun.stoppedAtMs;
  }
}

/** How a child failed, as its Map Run is told. */
export const childFailure = ({
  status,
  error,
  cause,
}: {
  status: Execution['status'];
  error: string | undefined;
  cause: string | undefined;
}): { status: 'FAILED' | 'TIMED_OUT' | 'ABORTED'; error?: string; cause?: string } => ({
  status: status === 'TIMED_OUT' || status === 'ABORTED' ? status : 'FAILED',
  ...(error === undefined ? {} : { error }),
  ...(cause === undefined ? {} : { cause }),
});
