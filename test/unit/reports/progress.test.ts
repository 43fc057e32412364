import { describe, expect, it } from 'vitest';
import { createProgress } from '../../../harness/reports/progress.ts';
import { type ProgressEvent, timedListener } from '../../../harness/scenario/progress.ts';

describe('progress where nobody watches', () => {
  it('is a line per stage and per change of the Map run, without repetition', () => {
    let text = '';
    const stream = {
      isTTY: false,
      write: (chunk: string) => (text += chunk),
    } as unknown as NodeJS.WriteStream;
    const { listener } = createProgress(stream, false);
    const mapRun: ProgressEvent = { kind: 'map-run', succeeded: 1, failed: 1, running: 0, total: 2 };
    listener({ kind: 'run-started', scenario: 'x', label: 'a=1', index: 0, count: 2 });
    listener({ kind: 'stage', stage: 'upload', detail: '1/2 partitions', share: 0.5 });
    listener({ kind: 'stage', stage: 'upload', detail: '2/2 partitions', share: 1 });
    listener({ kind: 'stage', stage: 'execute', detail: '' });
    listener(mapRun);
    listener(mapRun);
    expect(text.split('\n')).toEqual([
      '[1/2] x a=1: uploading the partitions, 1/2 partitions',
      '[1/2] x a=1: running the pipeline',
      '[1/2] x a=1: 1/2 partitions done, 0 running, 1 failed',
      '',
    ]);
  });
});

describe('time per stage', () => {
  it('adds up what each stage took, and passes every event on', () => {
    let nowMs = 0;
    const seen: string[] = [];
    const { listener, stagesMs, finish } = timedListener(
      (event) => seen.push(event.kind),
      () => nowMs,
    );
    const at = (atMs: number, stage: 'start' | 'deploy') => {
      nowMs = atMs;
      listener({ kind: 'stage', stage, detail: '' });
    };
    at(10, 'start');
    at(15, 'start');
    at(30, 'deploy');
    at(50, 'start');
    nowMs = 51;
    finish();
    expect(stagesMs).toEqual({ start: 21, deploy: 20 });
    expect(seen).toHaveLength(4);
  });
});
