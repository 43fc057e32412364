import type { ProgressListener } from '../../scenario/progress.ts';

export interface ProgressReport {
  listener: ProgressListener;
  /** Takes the bars away; call before anything else is printed. */
  stop(): void;
}
