import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StartMapRun } from '../../../harness/asl/effects.ts';
import { createMapRun, mapRunStep } from '../../../harness/asl/map-run.ts';
import type { MapRunEvent } from '../../../harness/asl/map-run-events.ts';
import { mapRunCounts } from '../../../harness/asl/map-run-tally.ts';
import { limitsOf } from '../../../harness/core/limits.ts';
import { seededRandom } from '../../../harness/core/random.ts';
import { initOf, programOf, ScriptedWorld } from '../../unit/asl/scripted-world.ts';

const PROGRAM = programOf({
  StartAt: 'M',
  States: {
    M: {
      Type: 'Map',
      ItemReader: {
        Resource: 'arn:aws:states:::s3:getObject',
        ReaderConfig: { InputType: 'JSON' },
        Parameters: { Bucket: 'b', Key: 'k' },
      },
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' },
        StartAt: 'P',
        States: { P: { Type: 'Pass', End: true } },
      },
      End: true,
    },
  },
});

const EFFECT = new ScriptedWorld(PROGRAM, initOf({}))
  .feed({ kind: 'start' })
  .find((effect): effect is StartMapRun => effect.kind === 'startMapRun') as StartMapRun;

const settings = fc.record({
  maxConcurrency: fc.nat(6),
  toleratedFailurePercentage: fc.constantFrom(0, 20, 100),
  batch: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
  perSecond: fc.constantFrom(7, 50, 1_000, Number.POSITIVE_INFINITY),
  pages: fc.array(fc.array(fc.integer(), { maxLength: 8 }), { maxLength: 6 }),
  /** Which of the running children ends next, and how. */
  turns: fc.array(fc.record({ which: fc.nat(50), well: fc.boolean() }), { maxLength: 60 }),
});

describe('a Map Run, whatever its items and their fate', () => {
  it('keeps to its concurrency and rate, hands out every item once, and ends', () => {
    fc.assert(
      fc.property(settings, (given) => {
        const limits = limitsOf('aws-default', { sfnExpressChildrenPerSecond: given.perSecond });
        const start: StartMapRun = {
          ...EFFECT,
          maxConcurrency: given.maxConcurrency,
          toleratedFailurePercentage: given.toleratedFailurePercentage,
          ...(given.batch === undefined ? {} : { itemBatcher: { maxItemsPerBatch: given.batch } }),
        };
        const run = createMapRun(PROGRAM, start, seededRandom(1), limits);
        const pages = [...given.pages];
        const running = new Set<number>();
        const handedOut: unknown[] = [];
        let nowMs = 0;
        let finished = 0;
        let timer: number | undefined;
        const starts: number[] = [];
        const queue: (MapRunEvent extends infer E ? (E extends unknown ? Omit<E, 'atMs'> : never) : never)[] =
          [{ kind: 'start' }];
        for (let turn = 0; turn < 2_000 && finished === 0; turn++) {
          let event = queue.shift();
          if (!event && running.size > 0) {
            const { which, well } = given.turns[turn % Math.max(given.turns.length, 1)] ?? {
              which: 0,
              well: true,
            };
            const child = [...running][which % running.size] as number;
            running.delete(child);
            event = well
              ? { kind: 'childSucceeded', child, outputText: '1' }
              : { kind: 'childFailed', child, status: 'FAILED' };
          }
          if (!event && timer !== undefined) {
            nowMs += timer;
            timer = undefined;
            event = { kind: 'timer' };
          }
          if (!event) break;
          for (const effect of mapRunStep(run, { ...event, atMs: nowMs } as MapRunEvent)) {
            if (effect.kind === 'readItems') {
              const items = pages.shift();
              queue.push(items ? { kind: 'items', items } : { kind: 'itemsEnd' });
            } else if (effect.kind === 'startChild') {
              running.add(effect.child);
              starts.push(nowMs);
              const value = JSON.parse(effect.input) as { Items?: unknown[] };
              handedOut.push(...(given.batch === undefined ? [value] : (value.Items ?? [])));
            } else if (effect.kind === 'stopChild') running.delete(effect.child);
            else if (effect.kind === 'setTimer') timer = effect.delayMs;
            else if (effect.kind === 'finish') finished++;
          }
          if (given.maxConcurrency > 0) expect(running.size).toBeLessThanOrEqual(given.maxConcurrency);
        }
        expect(finished).toBe(1);
        expect(running.size).toBe(0);
        const items = given.pages.flat();
        expect(handedOut).toEqual(items.slice(0, handedOut.length));
        if (run.status === 'SUCCEEDED') expect(handedOut).toEqual(items);
        const counts = mapRunCounts(run, 'items');
        expect(counts.succeeded + counts.failed + counts.aborted + counts.pending).toBe(counts.total);
        for (let i = 0; i < starts.length; i++) {
          const inSecond = starts.filter(
            (at) => at >= (starts[i] as number) && at < (starts[i] as number) + 1_000,
          );
          expect(inSecond.length).toBeLessThanOrEqual(given.perSecond * 1.1 + 1);
        }
      }),
      { numRuns: 400 },
    );
  });
});
