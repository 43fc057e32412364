/** Shows what is going on: bars for each run and each of its Map Runs on a terminal, a line per stage elsewhere. */
import { monotonicMs } from '../../core/monotonic.ts';
import type { ProgressListener } from '../../scenario/progress.ts';
import { liveProgress } from './live.ts';
import { plainProgress } from './plain.ts';

export interface ProgressReport {
  listener: ProgressListener;
  /** Takes the bars away; call before anything else is printed. */
  stop(): void;
}

/** A progress report on `stream`, live when that is a terminal. */
export function createProgress(
  stream: NodeJS.WriteStream,
  color: boolean,
  nowMs: () => number = monotonicMs,
): ProgressReport {
  return stream.isTTY ? liveProgress(stream, color, nowMs) : plainProgress(stream, nowMs);
}
