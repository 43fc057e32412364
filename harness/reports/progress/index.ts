/** Shows what is going on: bars for each run and each of its Map Runs on a terminal, a line per stage elsewhere. */
import { monotonicMs } from '../../core/monotonic.ts';
import { liveProgress } from './live.ts';
import { plainProgress } from './plain.ts';
import type { ProgressReport } from './progress-report.ts';

/** A progress report on `stream`, live when that is a terminal. */
export function createProgress(
  stream: NodeJS.WriteStream,
  color: boolean,
  nowMs: () => number = monotonicMs,
): ProgressReport {
  return stream.isTTY ? liveProgress(stream, color, nowMs) : plainProgress(stream, nowMs);
}
