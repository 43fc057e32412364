import { describe, expect, it } from 'vitest';
import { criticalPath, criticalPathOf, timeOn } from '../../../harness/metrics/critical-path.ts';
import { evaluateExpression, resolveExpression } from '../../../harness/metrics/index.ts';
import type { InvocationRecord, RunRecord } from '../../../harness/record/run-record.ts';
import { sampleEvidence } from '../assertions/sample-record.ts';

const ran = (requestId: string, startMs: number, endMs: number, initMs = 0): InvocationRecord => ({
  functionName: 'cosmicai-inference',
  requestId,
  logStream: 's',
  endedAtMs: endMs,
  durationMs: endMs - startMs - initMs,
  billedDurationMs: endMs - startMs,
  memorySizeMB: 1024,
  maxMemoryUsedMB: 100,
  ...(initMs > 0 ? { initDurationMs: initMs } : {}),
});

const told = (invocations: InvocationRecord[], span: { startMs: number; endMs: number }) =>
  criticalPath(invocations, span).map(
    ({ kind, startMs, endMs, requestId }) => `${requestId ?? kind} ${startMs}-${endMs}`,
  );

describe('the critical path', () => {
  const span = { startMs: 0, endMs: 1000 };

  it.each<[string, InvocationRecord[], string[]]>([
    ['nothing ran', [], ['machinery 0-1000']],
    [
      'one after another',
      [ran('a', 100, 300), ran('b', 320, 900)],
      ['machinery 0-100', 'a 100-300', 'machinery 300-320', 'b 320-900', 'machinery 900-1000'],
    ],
    [
      'side by side: the last alone',
      [ran('a', 100, 800), ran('b', 110, 900)],
      ['machinery 0-110', 'b 110-900', 'machinery 900-1000'],
    ],
    [
      'two cores: behind the one that gave its core free',
      [ran('a', 0, 400), ran('b', 0, 500), ran('c', 410, 700), ran('d', 505, 1000)],
      ['b 0-500', 'machinery 500-505', 'd 505-1000'],
    ],
    ['a cold start is the function’s own', [ran('a', 200, 1000, 300)], ['machinery 0-200', 'a 200-1000']],
    [
      'ends that are told a millisecond late',
      [ran('a', 0, 501), ran('b', 500, 1000)],
      ['a 0-500', 'b 500-1000'],
    ],
    ['outside of the span', [ran('a', -500, -100), ran('b', 1200, 1300)], ['machinery 0-1000']],
    ['beyond its beginning', [ran('a', -500, 100)], ['a 0-100', 'machinery 100-1000']],
  ])('%s', (_, invocations, path) => {
    expect(told(invocations, span)).toEqual(path);
  });

  it('covers its span without a gap, and is quick for 10,000 invocations', () => {
    const many = Array.from({ length: 10_000 }, (_, i) => ran(`r${i}`, i * 5, i * 5 + 9));
    const path = criticalPath(many, { startMs: 0, endMs: 60_000 });
    expect(path[0]!.startMs).toBe(0);
    expect(path.at(-1)!.endMs).toBe(60_000);
    for (const [index, one] of path.entries())
      if (index > 0) expect(one.startMs).toBe(path[index - 1]!.endMs);
    expect(timeOn(path, 'lambda') + timeOn(path, 'machinery')).toBe(60_000);
  });

  it('says in which state each part was', () => {
    const { record } = sampleEvidence((run) => {
      const [execution] = run.executions;
      Object.assign(execution!, { startedAtMs: 0, stoppedAtMs: 1000 });
      execution!.history = [
        { id: 1, previousEventId: 0, timestampMs: 0, type: 'ExecutionStarted' },
        event(2, 10, 'TaskStateEntered', { stateEnteredEventDetails: { name: 'Initialize' } }),
        event(3, 300, 'TaskStateExited', { stateExitedEventDetails: { name: 'Initialize' } }),
        event(4, 300, 'MapStateEntered', { stateEnteredEventDetails: { name: 'Map' } }),
        event(5, 1000, 'MapStateExited', { stateExitedEventDetails: { name: 'Map' } }),
      ];
      run.invocations = [ran('a', 50, 290), ran('b', 310, 990)];
    });
    expect(criticalPathOf(record, record.executions[0]!).map(({ kind, state }) => [kind, state])).toEqual([
      ['machinery', 'Initialize'],
      ['lambda', 'Initialize'],
      ['machinery', 'Map'],
      ['lambda', 'Map'],
      ['machinery', 'Map'],
    ]);
  });
});

const event = (id: number, timestampMs: number, type: string, details: object) => ({
  id,
  previousEventId: id - 1,
  timestampMs,
  type,
  ...details,
});

describe('overhead', () => {
  const value = (text: string, record: RunRecord) => evaluateExpression(resolveExpression(text), record);
  const record = () =>
    sampleEvidence((run) => {
      Object.assign(run.executions[0]!, { startedAtMs: 0, stoppedAtMs: 1000, history: [] });
      run.invocations = [ran('a', 100, 400), ran('b', 500, 1000)];
      run.stagesMs = { dataset: 100, deploy: 300, execute: 1100, collect: 100 };
    }).record;

  it('of an execution: what no Lambda of the critical path ran in', () => {
    expect(value('max(execution.overhead)', record())).toBeCloseTo(20);
    expect(value('max(criticalPath.lambda)', record())).toBeCloseTo(0.8);
    expect(value('max(criticalPath.machinery)', record())).toBeCloseTo(0.2);
  });

  it('of the run: data, deployment and evidence too', () => {
    expect(value('harness.overheadTime', record())).toBeCloseTo(0.8);
    expect(value('harness.overhead', record())).toBeCloseTo(50);
  });

  it('has no value without evidence', () => {
    expect(value('harness.overhead', { ...record(), invocations: [] })).toBeUndefined();
    expect(value('harness.overhead', { ...record(), stagesMs: {} })).toBeUndefined();
    expect(value('max(execution.overhead)', { ...record(), invocations: [] })).toBeUndefined();
  });
});
