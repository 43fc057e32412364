/** Progress where nobody watches: a line per stage, and of a Map Run one per tenth of its items. */

import type { RunOutcome } from '../../scenario/outcome.ts';
import type { ProgressEvent } from '../../scenario/progress.ts';
import type { Stage } from '../../scenario/stages.ts';
import type { ProgressReport } from './progress-report.ts';
import { mapRunCounts, mapRunRest, mapRunTitle, runTitle, STAGE_TITLE, settledOf } from './words.ts';

/** A Map Run that advances more slowly than a tenth of its items in this time is told of all the same. */
const PATIENCE_MS = 30_000;
const SHARE_OF_A_LINE = 0.1;

interface ToldMapRun {
  text: string;
  share: number;
  failed: number;
  atMs: number;
}

export function plainProgress(stream: NodeJS.WriteStream, nowMs: () => number): ProgressReport {
  const runs = new Map<number, { label: string; stage?: Stage; mapRuns: Map<string, ToldMapRun> }>();
  const print = (text: string) => stream.write(`${text}\n`);
  const listener = (event: ProgressEvent) => {
    const number = event.run ?? 0;
    if (event.kind === 'run-started') {
      if (!runs.has(number)) runs.set(number, { label: runTitle(event), mapRuns: new Map() });
      return;
    }
    const run = runs.get(number);
    if (!run) return;
    if (event.kind === 'stage' && event.stage !== run.stage) {
      run.stage = event.stage;
      print(`${run.label}: ${STAGE_TITLE[event.stage]}${event.detail ? `, ${event.detail}` : ''}`);
    } else if (event.kind === 'map-run') {
      const before = run.mapRuns.get(event.mapRunArn);
      const now = toldOf(event, nowMs());
      if (before && !isNews(before, now)) return;
      run.mapRuns.set(event.mapRunArn, now);
      print(`${run.label}: ${now.text}`);
    } else if (event.kind === 'run-finished') {
      const { outcome } = event;
      print(`${run.label}: ${outcome.passed ? 'passed' : 'failed'} (${describeStages(outcome)})`);
    } else if (event.kind === 'run-failed') {
      print(`${run.label}: could not run: ${event.error.message}`);
    }
  };
  return { listener, stop() {} };
}

function toldOf(event: Extract<ProgressEvent, { kind: 'map-run' }>, atMs: number): ToldMapRun {
  return {
    text: `${mapRunTitle(event)}, ${mapRunCounts(event)}, ${mapRunRest(event)}`,
    share: event.total === 0 ? 0 : settledOf(event) / event.total,
    failed: event.failed,
    atMs,
  };
}

/** The first failure, a tenth more, the end, or a change after long silence. */
function isNews(before: ToldMapRun, now: ToldMapRun): boolean {
  if (before.text === now.text) return false;
  return (
    (before.failed === 0 && now.failed > 0) ||
    now.share >= before.share + SHARE_OF_A_LINE ||
    (now.share === 1 && before.share < 1) ||
    now.atMs - before.atMs >= PATIENCE_MS
  );
}

/** `dataset 0.2 s, deploy 1.1 s, ...`, stages of a tenth of a second and more. */
function describeStages(outcome: RunOutcome): string {
  return Object.entries(outcome.stagesMs)
    .filter(([, spentMs]) => spentMs >= 100)
    .map(([stage, spentMs]) => `${stage} ${(spentMs / 1000).toFixed(1)} s`)
    .join(', ');
}
