/** Shows what is going on: a bar for each run on a terminal, a line per stage elsewhere. */
import { MultiBar, Presets, type SingleBar } from 'cli-progress';
import { createColors } from 'picocolors';
import type { RunOutcome } from '../scenario/outcome.ts';
import type { ProgressEvent, ProgressListener } from '../scenario/progress.ts';
import type { Stage } from '../scenario/stages.ts';

export interface ProgressReport {
  listener: ProgressListener;
  /** Takes the bars away; call before anything else is printed. */
  stop(): void;
}

const TITLE: Record<Stage, string> = {
  dataset: 'preparing the data',
  start: 'starting the backend',
  deploy: 'deploying',
  upload: 'uploading the partitions',
  execute: 'running the pipeline',
  collect: 'collecting the evidence',
  judge: 'judging',
  clean: 'cleaning up',
};

/** A progress report on `stream`, live when that is a terminal. */
export function createProgress(stream: NodeJS.WriteStream, color: boolean): ProgressReport {
  return stream.isTTY ? liveProgress(stream, color) : plainProgress(stream);
}

interface LiveRun {
  bar: SingleBar;
  payload: { label: string; title: string; detail: string };
}

function liveProgress(stream: NodeJS.WriteStream, color: boolean): ProgressReport {
  const paint = createColors(color);
  let bars: MultiBar | undefined;
  const runs = new Map<number, LiveRun>();
  const start = (event: Extract<ProgressEvent, { kind: 'run-started' }>): LiveRun => {
    bars ??= new MultiBar(
      {
        format: '{label} {title} [{bar}] {detail}',
        barsize: 24,
        hideCursor: true,
        clearOnComplete: true,
        stopOnComplete: false,
        stream,
      },
      Presets.shades_classic,
    );
    const payload = { label: paint.bold(titleOf(event)), title: '', detail: '' };
    return { bar: bars.create(1000, 0, payload), payload };
  };
  const show = (run: LiveRun, share: number, change: Partial<LiveRun['payload']>) => {
    run.payload = { ...run.payload, ...change };
    run.bar.update(Math.round(share * 1000), run.payload);
  };
  const stop = () => {
    bars?.stop();
    bars = undefined;
    runs.clear();
  };
  const listener = (event: ProgressEvent) => {
    const number = event.run ?? 0;
    if (event.kind === 'run-started') {
      if (!runs.has(number)) runs.set(number, start(event));
      return;
    }
    const run = runs.get(number);
    if (!run) return;
    if (event.kind === 'stage')
      show(run, event.share ?? 0, { title: TITLE[event.stage], detail: event.detail });
    else if (event.kind === 'map-run')
      show(run, event.total === 0 ? 0 : event.succeeded / event.total, { detail: describeMapRun(event) });
    else {
      runs.delete(number);
      bars?.remove(run.bar);
      if (runs.size === 0) stop();
    }
  };
  return { listener, stop };
}

function plainProgress(stream: NodeJS.WriteStream): ProgressReport {
  const runs = new Map<number, { label: string; stage?: Stage; mapRun?: string }>();
  const print = (text: string) => stream.write(`${text}\n`);
  const listener = (event: ProgressEvent) => {
    const number = event.run ?? 0;
    if (event.kind === 'run-started') {
      if (!runs.has(number)) runs.set(number, { label: titleOf(event) });
      return;
    }
    const run = runs.get(number);
    if (!run) return;
    if (event.kind === 'stage' && event.stage !== run.stage) {
      run.stage = event.stage;
      print(`${run.label}: ${TITLE[event.stage]}${event.detail ? `, ${event.detail}` : ''}`);
    } else if (event.kind === 'map-run') {
      const text = describeMapRun(event);
      if (text !== run.mapRun) print(`${run.label}: ${text}`);
      run.mapRun = text;
    } else if (event.kind === 'run-finished') {
      const { outcome } = event;
      print(`${run.label}: ${outcome.passed ? 'passed' : 'failed'} (${describeStages(outcome)})`);
    } else if (event.kind === 'run-failed') {
      print(`${run.label}: could not run: ${event.error.message}`);
    }
  };
  return { listener, stop() {} };
}
function titleOf(event: Extract<ProgressEvent, { kind: 'run-started' }>): string {
  const name = event.label === '' ? event.scenario : `${event.scenario} ${event.label}`;
  return event.count > 1 ? `[${event.index + 1}/${event.count}] ${name}` : name;
}

function describeMapRun(event: Extract<ProgressEvent, { kind: 'map-run' }>): string {
  const failed = event.failed > 0 ? `, ${event.failed} failed` : '';
  return `${event.succeeded}/${event.total} partitions done, ${event.running} running${failed}`;
}

/** `dataset 0.2 s, deploy 1.1 s, ...`, stages of a tenth of a second and more. */
function describeStages(outcome: RunOutcome): string {
  return Object.entries(outcome.stagesMs)
    .filter(([, spentMs]) => spentMs >= 100)
    .map(([stage, spentMs]) => `${stage} ${(spentMs / 1000).toFixed(1)} s`)
    .join(', ');
}
