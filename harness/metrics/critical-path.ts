/**
 * The critical path of a span of time: the chain of Lambda invocations that held up its end. Walked backwards: the
 * invocation that ended last, before it the one that ended last before that one began, and so on. What lies
 * between them is time in which the chain waited for the machinery: the state machine, the queue, the poll.
 *
 * With fewer cores than children the predecessor is the invocation that gave its core free, so waiting behind
 * other functions counts as theirs; with a core for each child, the chain is the last child alone.
 */
import type { ExecutionRecord, InvocationRecord, RunRecord } from '../record/run-record.ts';
import { stateVisits } from '../record/state-names.ts';

export interface CriticalSegment {
  /** `lambda`: a function ran, its initialisation included; `machinery`: none of the chain did. */
  kind: 'lambda' | 'machinery';
  /** Milliseconds since the epoch. */
  startMs: number;
  endMs: number;
  /** Of `lambda`. */
  functionName?: string;
  requestId?: string;
  /** The state the parent execution was in. */
  state?: string;
}

/** REPORT lines carry whole milliseconds, and the log's clock is not the scheduler's. */
const TOLERANCE_MS = 2;

const startOf = (one: InvocationRecord) => one.endedAtMs - one.durationMs - (one.initDurationMs ?? 0);

/** The chain within a span, first segment first; covers the span without gaps or overlaps. */
export function criticalPath(
  invocations: readonly InvocationRecord[],
  span: { startMs: number; endMs: number },
): CriticalSegment[] {
  const byEnd = invocations
    .filter((one) => one.endedAtMs > span.startMs && startOf(one) < span.endMs)
    .sort((a, b) => b.endedAtMs - a.endedAtMs);
  const segments: CriticalSegment[] = [];
  let atMs = span.endMs;
  const add = (segment: Omit<CriticalSegment, 'endMs'>) => {
    if (segment.startMs >= atMs) return;
    segments.push({ ...segment, endMs: atMs });
    atMs = segment.startMs;
  };
  for (const one of byEnd) {
    if (atMs <= span.startMs) break;
    if (one.endedAtMs > atMs + TOLERANCE_MS) continue;
    add({ kind: 'machinery', startMs: Math.max(span.startMs, one.endedAtMs) });
    const { functionName, requestId } = one;
    add({ kind: 'lambda', startMs: Math.max(span.startMs, startOf(one)), functionName, requestId });
  }
  add({ kind: 'machinery', startMs: span.startMs });
  return segments.reverse();
}

/** The critical path of one execution, each segment with the state it fell into; empty while it runs. */
export function criticalPathOf(record: RunRecord, execution: ExecutionRecord): CriticalSegment[] {
  if (execution.stoppedAtMs === undefined) return [];
  const visits = stateVisits(execution.history);
  const stateAt = (ms: number) =>
    visits.findLast(
      ({ enteredAtMs, exitedAtMs }) => enteredAtMs <= ms && ms <= (exitedAtMs ?? Number.POSITIVE_INFINITY),
    )?.state;
  const span = { startMs: execution.startedAtMs, endMs: execution.stoppedAtMs };
  return criticalPath(record.invocations, span).map((segment) => {
    const state = stateAt((segment.startMs + segment.endMs) / 2);
    return state === undefined ? segment : { ...segment, state };
  });
}

/** Milliseconds of one kind on a path. */
export function timeOn(path: readonly CriticalSegment[], kind: CriticalSegment['kind']): number {
  return path.reduce((total, one) => total + (one.kind === kind ? one.endMs - one.startMs : 0), 0);
}
