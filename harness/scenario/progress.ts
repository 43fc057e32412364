import type { HarnessError } from '../core/errors.ts';
import type { RunOutcome } from './outcome.ts';
import type { Stage } from './stages.ts';

/** What is going on, for whoever shows it. */
export type ProgressEvent = {
  /** Which of several runs it is about, counted from 0. */
  run?: number;
} & (
  | { kind: 'run-started'; scenario: string; label: string; index: number; count: number }
  /** `share` runs from 0 to 1 where it is known. */
  | { kind: 'stage'; stage: Stage; share?: number; detail: string }
  /** Counts of items: `failed` are all that ended otherwise than well. */
  | {
      kind: 'map-run';
      mapRunArn: string;
      /** Which of the run's executions it belongs to, counted from 1. */
      execution: number;
      succeeded: number;
      failed: number;
      running: number;
      total: number;
    }
  | { kind: 'run-finished'; outcome: RunOutcome }
  /** It came to no verdict. */
  | { kind: 'run-failed'; error: HarnessError }
);

export type ProgressListener = (event: ProgressEvent) => void;

/** A listener that also keeps how long each stage took. */
export function timedListener(
  listener: ProgressListener,
  nowMs: () => number,
): { listener: ProgressListener; stagesMs: Partial<Record<Stage, number>>; finish(): void } {
  const stagesMs: Partial<Record<Stage, number>> = {};
  let current: Stage | undefined;
  let sinceMs = nowMs();
  const enter = (stage: Stage | undefined) => {
    if (stage === current) return;
    const atMs = nowMs();
    if (current !== undefined) stagesMs[current] = (stagesMs[current] ?? 0) + atMs - sinceMs;
    current = stage;
    sinceMs = atMs;
  };
  return {
    stagesMs,
    finish: () => enter(undefined),
    listener(event) {
      if (event.kind === 'stage') enter(event.stage);
      listener(event);
    },
  };
}
