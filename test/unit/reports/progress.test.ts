import { describe, expect, it } from 'vitest';
import { HarnessError } from '../../../harness/core/errors.ts';
import { createProgress } from '../../../harness/reports/progress/index.ts';
import { layOutRows, type ProgressRow } from '../../../harness/reports/progress/layout.ts';
import { type ProgressEvent, timedListener } from '../../../harness/scenario/progress.ts';

const MAP_RUN = 'arn:aws:states:us-east-1:000000000000:mapRun:cosmicai-pipeline/DistributedInference:';

type Counts = Partial<Record<'succeeded' | 'failed' | 'running' | 'total' | 'execution', number>>;
const mapRun = (id: string, counts: Counts): ProgressEvent => ({
  kind: 'map-run',
  mapRunArn: `${MAP_RUN}${id}`,
  execution: 1,
  succeeded: 0,
  failed: 0,
  running: 0,
  total: 10,
  ...counts,
});

/** What a report writes to a stream that is no terminal. */
function plain() {
  let text = '';
  let nowMs = 0;
  const stream = {
    isTTY: false,
    write: (chunk: string) => (text += chunk),
  } as unknown as NodeJS.WriteStream;
  const { listener } = createProgress(stream, false, () => nowMs);
  return {
    listener,
    lines: () => text.trimEnd().split('\n'),
    wait: (ms: number) => {
      nowMs += ms;
    },
  };
}

describe('progress where nobody watches', () => {
  it('is a line per stage and per change of the Map run, without repetition', () => {
    const { listener, lines } = plain();
    listener({ kind: 'run-started', scenario: 'x', label: 'a=1', index: 0, count: 2 });
    listener({ kind: 'stage', stage: 'upload', detail: '1/2 partitions', share: 0.5 });
    listener({ kind: 'stage', stage: 'upload', detail: '2/2 partitions', share: 1 });
    listener({ kind: 'stage', stage: 'execute', detail: '' });
    listener(mapRun('a', { succeeded: 1, failed: 1, total: 2 }));
    listener(mapRun('a', { succeeded: 1, failed: 1, total: 2 }));
    expect(lines()).toEqual([
      '[1/2] x a=1: uploading the data, 1/2 partitions',
      '[1/2] x a=1: running the pipeline',
      '[1/2] x a=1: DistributedInference, 1/2 items done, 0 running, 1 failed',
    ]);
  });

  it('tells two Map Runs at once apart', () => {
    const { listener, lines } = plain();
    listener({ kind: 'run-started', scenario: 'x', label: '', index: 0, count: 1 });
    listener(mapRun('a', { succeeded: 1 }));
    listener(mapRun('b', { succeeded: 4, execution: 2 }));
    listener(mapRun('a', { succeeded: 10 }));
    expect(lines()).toEqual([
      'x: DistributedInference, 1/10 items done, 0 running',
      'x: DistributedInference of execution 2, 4/10 items done, 0 running',
      'x: DistributedInference, 10/10 items done, 0 running',
    ]);
  });

  it('fills no log: of ten thousand partitions a line per tenth, the first failure, and one after long silence', () => {
    const { listener, lines, wait } = plain();
    listener({ kind: 'run-started', scenario: 'x', label: '', index: 0, count: 1 });
    for (let succeeded = 0; succeeded <= 10_000; succeeded++) {
      wait(1);
      listener(mapRun('a', { succeeded, total: 10_000 }));
    }
    expect(lines()).toHaveLength(11);
    const failing = plain();
    failing.listener({ kind: 'run-started', scenario: 'x', label: '', index: 0, count: 1 });
    failing.listener(mapRun('a', { succeeded: 1, total: 1000 }));
    failing.listener(mapRun('a', { succeeded: 1, failed: 1, total: 1000 }));
    failing.listener(mapRun('a', { succeeded: 1, failed: 2, total: 1000 }));
    failing.wait(30_000);
    failing.listener(mapRun('a', { succeeded: 1, failed: 3, total: 1000 }));
    expect(failing.lines().map((line) => line.slice(line.lastIndexOf(',')))).toEqual([
      ', 0 running',
      ', 1 failed',
      ', 3 failed',
    ]);
  });
});

describe('progress on a terminal', () => {
  const rows: ProgressRow[] = [
    {
      kind: 'run',
      label: '[2/4] partition-sweep partitionMB=50 data=300 MB',
      title: 'running the pipeline',
      detail: '',
      share: 0.5,
    },
    {
      kind: 'map-run',
      label: 'DistributedInference',
      title: '3/6 items done',
      detail: '2 running, 1 failed, ~4 s left',
      share: 2 / 3,
    },
  ];

  it.each([40, 60, 80, 100, 120, 200])('fits %i columns, bars below one another', (columns) => {
    const lines = layOutRows(rows, columns);
    expect(lines).toHaveLength(2);
    for (const line of lines) expect([...line].length).toBeLessThan(columns);
    if (columns < 60) return;
    const bars = lines.map((line) => line.search(/\[[█░]/));
    expect(bars[0]).toBe(bars[1]);
    expect(lines[0]).toMatch(/^\[2\/4\] .*\[[█░]+\]/);
    expect(lines[1]).toMatch(/^ {2}Distri.*ence +3\/6 items done +\[█+░+\]/);
  });

  it('says everything where there is room', () => {
    expect(layOutRows(rows, 130)).toEqual([
      '[2/4] partition-sweep partitionMB=50 data=300 MB running the pipeline [████████████░░░░░░░░░░░░]',
      '  DistributedInference                           3/6 items done       [████████████████░░░░░░░░] 2 running, 1 failed, ~4 s left',
    ]);
  });

  it('has a bar for each run and each of its Map Runs, and takes them away again', () => {
    let text = '';
    const stream = {
      isTTY: true,
      columns: 120,
      write: (chunk: string) => {
        text += chunk;
        return true;
      },
      cursorTo: () => true,
      on() {},
    } as unknown as NodeJS.WriteStream;
    let nowMs = 0;
    const { listener, stop } = createProgress(stream, false, () => nowMs);
    const lastLine = (part: string) => {
      const at = text.lastIndexOf(part);
      expect(at, `${part} in ${text}`).toBeGreaterThan(-1);
      return text.slice(at, text.indexOf(']', at + part.length) + 40);
    };
    const run = { scenario: 'two-at-once', label: '', index: 0, count: 1 };
    listener({ kind: 'run-started', ...run });
    listener({ kind: 'stage', stage: 'execute', detail: '' });
    listener(mapRun('a', { succeeded: 1, running: 2 }));
    listener(mapRun('b', { succeeded: 2, execution: 2 }));
    nowMs = 4000;
    listener(mapRun('a', { succeeded: 5, running: 2 }));
    // A row removed redraws the rest at once.
    listener({ kind: 'run-started', run: 1, scenario: 'other', label: '', index: 1, count: 2 });
    listener({ kind: 'run-failed', run: 1, error: new HarnessError('x', 'x', { exitCode: 3 }) });
    expect(lastLine('DistributedInference   ')).toMatch(/5\/10 items done .*2 running, ~5 s left/);
    expect(lastLine('DistributedInference of execution 2')).toContain('2/10 items done');
    expect(lastLine('two-at-once')).toContain('running the pipeline');
    text = '';
    stop();
    expect(text).toContain('\u001b[?25h');
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
