/** Shows what is going on: a bar on a terminal, a line per stage elsewhere. */
import { Presets, SingleBar } from 'cli-progress';
import { createColors } from 'picocolors';
import type { RunOutcome } from '../scenario/outcome.ts';
import type { ProgressEvent, ProgressListener } from '../scenario/progress.ts';
import type { Stage } from '../scenario/stages.ts';

export interface ProgressReport {
  listener: ProgressListener;
  /** Takes the bar away; call before anything else is printed. */
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

function liveProgress(stream: NodeJS.WriteStream, color: boolean): ProgressReport {
  const paint = createColors(color);
  const bar = new SingleBar(
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
  let active = false;
  let payload = { label: '', title: '', detail: '' };
  const show = (share: number) => bar.update(Math.round(share * 1000), payload);
  const stop = () => {
    if (active) bar.stop();
    active = false;
  };
  const listener = (event: ProgressEvent) => {
    if (event.kind === 'run-started') {
      payload = { label: paint.bold(titleOf(event)), title: '', detail: '' };
      if (!active) bar.start(1000, 0, payload);
      active = true;
    } else if (event.kind === 'stage') {
      payload = { ...payload, title: TITLE[event.stage], detail: event.detail };
      show(event.share ?? 0);
    } else if (event.kind === 'map-run') {
      payload = { ...payload, detail: describeMapRun(event) };
      show(event.total === 0 ? 0 : event.succeeded / event.total);
    } else {
      stop();
    }
  };
  return { listener, stop };
}

function plainProgress(stream: NodeJS.WriteStream): ProgressReport {
  let stage: Stage | undefined;
  let label = '';
  let mapRun = '';
  const print = (text: string) => stream.write(`${text}\n`);
  const listener = (event: ProgressEvent) => {
    if (event.kind === 'run-started') {
      label = titleOf(event);
      stage = undefined;
      mapRun = '';
    } else if (event.kind === 'stage' && event.stage !== stage) {
      stage = event.stage;
      print(`${label}: ${TITLE[event.stage]}${event.detail ? `, ${event.detail}` : ''}`);
    } else if (event.kind === 'map-run') {
      const text = describeMapRun(event);
      if (text !== mapRun) print(`${label}: ${text}`);
      mapRun = text;
    } else if (event.kind === 'run-finished') {
      const { outcome } = event;
      print(`${label}: ${outcome.passed ? 'passed' : 'failed'} (${describeStages(outcome)})`);
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
