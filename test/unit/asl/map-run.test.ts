import { describe, expect, it } from 'vitest';
import type { StartMapRun } from '../../../harness/asl/effects.ts';
import { createMapRun, type MapRunState, mapRunStep } from '../../../harness/asl/map-run.ts';
import type { MapRunEffect, MapRunEvent } from '../../../harness/asl/map-run-events.ts';
import { mapRunCounts } from '../../../harness/asl/map-run-tally.ts';
import type { Json } from '../../../harness/core/json.ts';
import { type AwsLimits, limitsOf } from '../../../harness/core/limits.ts';
import { seededRandom } from '../../../harness/core/random.ts';
import { initOf, programOf, ScriptedWorld } from './scripted-world.ts';

const UNLIMITED = limitsOf('aws-default', {
  sfnStandardChildrenPerSecond: Number.POSITIVE_INFINITY,
  sfnExpressChildrenPerSecond: Number.POSITIVE_INFINITY,
});

/** The effect by which a Distributed Map with these fields starts its run. */
function startOf(fields: object, input: Json, executionType = 'STANDARD') {
  const program = programOf({
    StartAt: 'M',
    States: {
      M: {
        Type: 'Map',
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: executionType },
          StartAt: 'P',
          States: { P: { Type: 'Pass', End: true } },
        },
        End: true,
        ...fields,
      },
    },
  });
  const world = new ScriptedWorld(program, initOf(input));
  const start = world
    .feed({ kind: 'start' })
    .find((effect): effect is StartMapRun => effect.kind === 'startMapRun');
  if (!start) throw new Error(JSON.stringify(world.finish));
  return { program, start };
}

type Fed = MapRunEvent extends infer E ? (E extends unknown ? Omit<E, 'atMs'> : never) : never;

class Run {
  readonly state: MapRunState;
  readonly started: Extract<MapRunEffect, { kind: 'startChild' }>[] = [];
  readonly stopped: number[] = [];
  readonly effects: MapRunEffect[] = [];
  finish: Extract<MapRunEffect, { kind: 'finish' }> | undefined;
  nowMs = 0;

  constructor(fields: object, input: Json, limits: AwsLimits = UNLIMITED, executionType = 'STANDARD') {
    const { program, start } = startOf(fields, input, executionType);
    this.state = createMapRun(program, start, seededRandom(1), limits);
    this.feed({ kind: 'start' });
  }

  feed(event: Fed): MapRunEffect[] {
    const effects = mapRunStep(this.state, { ...event, atMs: this.nowMs } as MapRunEvent);
    this.effects.push(...effects);
    for (const effect of effects) {
      if (effect.kind === 'startChild') this.started.push(effect);
      if (effect.kind === 'stopChild') this.stopped.push(effect.child);
      if (effect.kind === 'finish') this.finish = effect;
    }
    return effects;
  }

  succeed(child: number, outputText = `${child}`): MapRunEffect[] {
    return this.feed({ kind: 'childSucceeded', child, outputText });
  }

  fail(child: number, status: 'FAILED' | 'TIMED_OUT' | 'ABORTED' = 'FAILED'): MapRunEffect[] {
    return this.feed({ kind: 'childFailed', child, status, error: 'E' });
  }
}

const READER = {
  ItemReader: {
    Resource: 'arn:aws:states:::s3:getObject',
    ReaderConfig: { InputType: 'JSON' },
    Parameters: { Bucket: 'b', Key: 'k' },
  },
};
const WRITER = {
  ResultWriter: { Resource: 'arn:aws:states:::s3:putObject', Parameters: { Bucket: 'b', Prefix: 'p' } },
};

describe('Map Run', () => {
  it('runs one child for each item and joins their outputs in the order of the items', () => {
    const run = new Run({}, ['a', { b: 1 }]);
    expect(run.started.map(({ input }) => input)).toEqual(['"a"', '{"b":1}']);
    run.succeed(1, '{"r":1}');
    expect(run.finish).toBeUndefined();
    run.succeed(0, '"first"');
    expect(run.finish).toEqual({ kind: 'finish', status: 'SUCCEEDED', outputText: '["first",{"r":1}]' });
  });

  it('ends at once when there are no items', () => {
    expect(new Run({}, []).finish).toEqual({ kind: 'finish', status: 'SUCCEEDED', outputText: '[]' });
  });

  it('keeps to MaxConcurrency, also after UpdateMapRun', () => {
    const run = new Run({ MaxConcurrency: 2 }, [1, 2, 3, 4, 5]);
    expect(run.started).toHaveLength(2);
    run.succeed(0);
    expect(run.started).toHaveLength(3);
    run.feed({ kind: 'update', maxConcurrency: 4 });
    expect(run.started).toHaveLength(5);
    expect(mapRunCounts(run.state, 'executions')).toMatchObject({ running: 4, succeeded: 1, total: 5 });
  });

  it('dispatches STANDARD children at 100 a second, EXPRESS ones at 1,000', () => {
    const items = Array.from({ length: 517 }, (_, i) => i);
    for (const [type, perSecond] of [
      ['STANDARD', 100],
      ['EXPRESS', 1_000],
    ] as const) {
      const run = new Run({}, items, limitsOf('aws-default'), type);
      while (run.started.length < items.length) {
        const timer = run.effects.filter((effect) => effect.kind === 'setTimer').at(-1);
        run.nowMs += timer?.kind === 'setTimer' ? timer.delayMs : 0;
        run.feed({ kind: 'timer' });
        expect(run.started.length).toBeLessThanOrEqual(
          perSecond / 10 + (run.nowMs / 1_000) * perSecond + 1e-6,
        );
      }
      const seconds = items.length / perSecond;
      expect(run.nowMs / 1_000).toBeGreaterThan(seconds * 0.75);
      expect(run.nowMs / 1_000).toBeLessThan(seconds * 1.25);
    }
  });

  it('batches by count, with BatchInput', () => {
    const run = new Run({ ItemBatcher: { MaxItemsPerBatch: 2, BatchInput: { day: 1 } } }, [1, 2, 3, 4, 5]);
    expect(run.started.map(({ input }) => input)).toEqual([
      '{"BatchInput":{"day":1},"Items":[1,2]}',
      '{"BatchInput":{"day":1},"Items":[3,4]}',
      '{"BatchInput":{"day":1},"Items":[5]}',
    ]);
    expect(mapRunCounts(run.state, 'items')).toMatchObject({ running: 5, total: 5 });
    expect(mapRunCounts(run.state, 'executions')).toMatchObject({ running: 3, total: 3 });
  });

  it('batches by bytes of the whole input, counted in UTF-8', () => {
    const run = new Run({ ItemBatcher: { MaxInputBytesPerBatch: 30 } }, ['éé', 'bb', 'cc', 'dd', 'ee', 'ff']);
    for (const { input } of run.started) expect(Buffer.byteLength(input)).toBeLessThanOrEqual(30);
    expect(run.started.flatMap(({ input }) => JSON.parse(input).Items)).toEqual([
      'éé',
      'bb',
      'cc',
      'dd',
      'ee',
      'ff',
    ]);
    expect(run.started.length).toBe(2);
  });

  it('fails when an item is larger than a child may take', () => {
    const run = new Run(READER, {});
    run.feed({ kind: 'items', items: ['x'.repeat(262_144)] });
    expect(run.finish).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
  });

  it('applies ItemSelector with index and value', () => {
    const ItemSelector = { 'i.$': '$$.Map.Item.Index', 'v.$': '$$.Map.Item.Value', 'all.$': '$.n' };
    const run = new Run({ ItemsPath: '$.list', ItemSelector }, { list: ['a', 'b'], n: 7 });
    expect(run.started.map(({ input }) => JSON.parse(input))).toEqual([
      { i: 0, v: 'a', all: 7 },
      { i: 1, v: 'b', all: 7 },
    ]);
  });

  it('fails with the state that holds the ItemSelector when it fails', () => {
    const run = new Run({ ItemSelector: { 'v.$': '$$.Map.Item.Value.v' } }, [{ v: 1 }, {}]);
    expect(run.finish).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
    expect((run.finish as { cause: string }).cause).toContain(
      "executing the state 'M' (entered at the event id #2)",
    );
    expect(run.stopped).toEqual([]);
  });

  it('hands the members of an object on one by one', () => {
    expect(new Run({}, { a: 1, b: 2 }).started.map(({ input }) => input)).toEqual([
      '{"Key":"a","Value":1}',
      '{"Key":"b","Value":2}',
    ]);
  });

  it('fails at the first failure when it tolerates none, stopping the others', () => {
    const run = new Run({}, [1, 2, 3]);
    run.fail(1);
    expect(run.stopped).toEqual([0, 2]);
    expect(run.finish).toEqual({
      kind: 'finish',
      status: 'FAILED',
      error: 'States.ExceedToleratedFailureThreshold',
      cause: 'The specified tolerated failure threshold was exceeded',
    });
    expect(mapRunCounts(run.state, 'executions')).toMatchObject({ failed: 1, aborted: 2, succeeded: 0 });
    expect(run.succeed(0)).toEqual([]);
  });

  it.each([
    [{ ToleratedFailureCount: 1 }, 1, true],
    [{ ToleratedFailureCount: 1 }, 2, false],
    [{ ToleratedFailurePercentage: 50 }, 2, true],
    [{ ToleratedFailurePercentage: 50 }, 3, false],
    [{ ToleratedFailureCount: 9, ToleratedFailurePercentage: 25 }, 2, false],
    [{ ToleratedFailurePercentage: 100 }, 4, true],
  ])('with %j and %i of 4 failed goes on: %s', (fields, failed, goesOn) => {
    const run = new Run(fields, [0, 1, 2, 3]);
    for (let child = 0; child < failed; child++) run.fail(child, child === 0 ? 'TIMED_OUT' : 'FAILED');
    for (let child = failed; child < 4; child++) run.succeed(child);
    expect(run.finish?.status).toBe(goesOn ? 'SUCCEEDED' : 'FAILED');
  });

  it('counts failed items, not failed batches', () => {
    const run = new Run({ ToleratedFailureCount: 1, ItemBatcher: { MaxItemsPerBatch: 2 } }, [1, 2, 3, 4]);
    run.fail(0);
    expect(run.finish?.status).toBe('FAILED');
  });

  it('reads ahead no more than it needs, and ends when the items do', () => {
    const run = new Run({ MaxConcurrency: 1, ...READER }, {});
    expect(run.effects).toEqual([{ kind: 'readItems' }]);
    run.feed({ kind: 'items', items: Array.from({ length: 3_000 }, (_, i) => i) });
    expect(run.effects.filter(({ kind }) => kind === 'readItems')).toHaveLength(1);
    expect(mapRunCounts(run.state, 'items').total).toBe(3_000);
    for (let child = 0; child < 3_000; child++) run.succeed(child, 'null');
    expect(run.effects.filter(({ kind }) => kind === 'readItems')).toHaveLength(2);
    run.feed({ kind: 'itemsEnd' });
    expect(run.finish?.status).toBe('SUCCEEDED');
  });

  it('fails as its reader does', () => {
    const run = new Run(READER, {});
    run.feed({ kind: 'readFailed', error: 'States.ItemReaderFailed', cause: 'no such key' });
    expect(run.finish).toEqual({
      kind: 'finish',
      status: 'FAILED',
      error: 'States.ItemReaderFailed',
      cause: 'no such key',
    });
  });

  it('has its results written before it ends, whether it succeeded or failed', () => {
    const good = new Run(WRITER, [1]);
    good.succeed(0);
    expect(good.effects.at(-1)).toEqual({ kind: 'writeResults' });
    good.feed({ kind: 'resultsWritten', outputText: '{"MapRunArn":"a"}' });
    expect(good.finish).toMatchObject({ status: 'SUCCEEDED', outputText: '{"MapRunArn":"a"}' });
    expect(mapRunCounts(good.state, 'executions').resultsWritten).toBe(1);
    const bad = new Run(WRITER, [1]);
    bad.fail(0);
    bad.feed({ kind: 'resultsWritten', outputText: '{}' });
    expect(bad.finish).toMatchObject({ status: 'FAILED', error: 'States.ExceedToleratedFailureThreshold' });
    const unwritten = new Run(WRITER, [1]);
    unwritten.succeed(0);
    unwritten.feed({ kind: 'writeFailed', error: 'States.ResultWriterFailed', cause: 'no bucket' });
    expect(unwritten.finish).toMatchObject({ status: 'FAILED', error: 'States.ResultWriterFailed' });
  });

  it('keeps no more output than tells that it is too large', () => {
    const run = new Run(
      {},
      Array.from({ length: 50 }, (_, i) => i),
    );
    for (let child = 0; child < 50; child++) run.succeed(child, JSON.stringify('x'.repeat(50_000)));
    const { outputText } = run.finish as { outputText: string };
    expect(outputText.length).toBeGreaterThan(262_144);
    expect(outputText.length).toBeLessThan(400_000);
  });

  it('stops its children when its parent calls it off', () => {
    const run = new Run({}, [1, 2]);
    run.feed({ kind: 'abort' });
    expect(run.stopped).toEqual([0, 1]);
    expect(run.finish?.status).toBe('ABORTED');
  });

  it('runs again only what had not succeeded, and what had not begun', () => {
    const run = new Run({ MaxConcurrency: 2 }, ['a', 'b', 'c', 'd']);
    run.succeed(0);
    run.fail(1);
    expect(run.finish?.status).toBe('FAILED');
    run.started.length = 0;
    run.feed({ kind: 'redrive' });
    expect(run.started).toEqual([
      { kind: 'startChild', child: 1, input: '"b"', itemCount: 1, redriven: true },
      { kind: 'startChild', child: 2, input: '"c"', itemCount: 1, redriven: true },
    ]);
    run.succeed(1);
    run.succeed(2);
    run.succeed(3);
    expect(run.finish).toMatchObject({ status: 'SUCCEEDED', outputText: '[0,1,2,3]' });
  });
});
