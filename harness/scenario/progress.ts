import type { RunOutcome } from './outcome.ts';

/** Stages of one run, in order. */
export const stages = ['dataset', 'start', 'deploy', 'upload', 'execute', 'collect', 'judge'] as const;
export type Stage = (typeof stages)[number];

/** What is going on, for whoever shows it. */
export type ProgressEvent =
  | { kind: 'run-started'; scenario: string; label: string; index: number; count: number }
  /** `share` runs from 0 to 1 where it is known. */
  | { kind: 'stage'; stage: Stage; share?: number; detail: string }
  | { kind: 'map-run'; succeeded: number; failed: number; running: number; total: number }
  | { kind: 'run-finished'; outcome: RunOutcome };

export type ProgressListener = (event: ProgressEvent) => void;
