/** Progress on a terminal: a bar for each run, and below it one for each of its Map Runs. */
import { MultiBar, type Options, type SingleBar } from 'cli-progress';
import { createColors } from 'picocolors';
import type { ProgressEvent } from '../../scenario/progress.ts';
import { layOutRows, type ProgressRow } from './layout.ts';
import type { ProgressReport } from './progress-report.ts';
import { mapRunCounts, mapRunRest, mapRunTitle, runTitle, STAGE_TITLE, settledOf } from './words.ts';

type MapRunEvent = Extract<ProgressEvent, { kind: 'map-run' }>;

interface LiveRun {
  row: ProgressRow;
  /** By ARN, in the order they began. */
  mapRuns: Map<string, { row: ProgressRow; seenAtMs: number; settledThen: number }>;
}

const DEFAULT_COLUMNS = 80;

export function liveProgress(
  stream: NodeJS.WriteStream,
  color: boolean,
  nowMs: () => number,
): ProgressReport {
  const paint = createColors(color);
  const runs = new Map<number, LiveRun>();
  let multi: MultiBar | undefined;
  let bars: SingleBar[] = [];

  const rows = () =>
    [...runs]
      .sort(([a], [b]) => a - b)
      .flatMap(([, run]) => [run.row, ...[...run.mapRuns.values()].map((one) => one.row)]);
  // A bar of the library is a place on the screen; which row stands there changes as runs come and go.
  const format: Options['format'] = (_options, _params, { place }: { place: number }) => {
    const all = rows();
    const line = layOutRows(all, stream.columns ?? DEFAULT_COLUMNS)[place] ?? '';
    if (all[place]?.kind === 'run') return paint.bold(line);
    return line;
  };
  const show = () => {
    const { length } = rows();
    if (length > 0)
      multi ??= new MultiBar({
        format,
        hideCursor: true,
        clearOnComplete: true,
        stopOnComplete: false,
        stream,
      });
    while (bars.length < length) bars.push(multi!.create(1, 0, { place: bars.length }));
    while (bars.length > length) multi!.remove(bars.pop()!);
    for (const [place, bar] of bars.entries()) bar.update(0, { place });
  };
  const stop = () => {
    multi?.stop();
    multi = undefined;
    bars = [];
    runs.clear();
  };
  const listener = (event: ProgressEvent) => {
    const number = event.run ?? 0;
    if (event.kind === 'run-started') {
      if (runs.has(number)) return;
      const row: ProgressRow = { kind: 'run', label: runTitle(event), title: '', detail: '', share: 0 };
      runs.set(number, { row, mapRuns: new Map() });
      show();
      return;
    }
    const run = runs.get(number);
    if (!run) return;
    if (event.kind === 'stage') {
      if (event.stage !== 'execute') run.mapRuns.clear();
      Object.assign(run.row, {
        title: STAGE_TITLE[event.stage],
        detail: event.detail,
        share: event.share ?? 0,
      });
    } else if (event.kind === 'map-run') {
      showMapRun(run, event, nowMs());
    } else {
      runs.delete(number);
      if (runs.size === 0) {
        stop();
        return;
      }
    }
    show();
  };
  return { listener, stop };
}

function showMapRun(run: LiveRun, event: MapRunEvent, atMs: number): void {
  const settled = settledOf(event);
  const known = run.mapRuns.get(event.mapRunArn);
  const { seenAtMs, settledThen } = known ?? { seenAtMs: atMs, settledThen: settled };
  const share = event.total === 0 ? 0 : settled / event.total;
  const left = secondsLeft(settled - settledThen, event.total - settled, atMs - seenAtMs);
  const row: ProgressRow = {
    kind: 'map-run',
    label: mapRunTitle(event),
    title: mapRunCounts(event),
    detail: `${mapRunRest(event)}${left === undefined ? '' : `, ~${left} s left`}`,
    share,
  };
  run.mapRuns.set(event.mapRunArn, { row, seenAtMs, settledThen });
  const all = [...run.mapRuns.values()];
  run.row.share = all.reduce((sum, one) => sum + one.row.share, 0) / all.length;
}

/** At the pace since it was first seen; nothing as long as that is a guess. */
function secondsLeft(done: number, open: number, spentMs: number): number | undefined {
  if (done < 3 || open === 0 || spentMs < 2000) return undefined;
  return Math.max(1, Math.round((spentMs / done) * (open / 1000)));
}
