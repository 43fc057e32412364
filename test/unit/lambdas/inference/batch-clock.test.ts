import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BatchClock } from '../../../../lambdas/inference/batch-clock.ts';

function clockAt() {
  let nowS = 100;
  const clock = new BatchClock(3, () => nowS);
  return { clock, at: (s: number) => (nowS = 100 + s) };
}

describe('BatchClock', () => {
  it('gives a batch that is alone at work all of the time, and the rest to nobody', () => {
    const { clock, at } = clockAt();
    at(1);
    clock.begin(0);
    at(3);
    clock.end(0);
    at(6);
    clock.begin(2);
    at(7);
    clock.end(2);
    expect(clock.seconds).toEqual([2, 0, 1]);
    expect(clock.idleS).toBe(4);
  });

  it('divides the time among the parts that are at work at once', () => {
    const { clock, at } = clockAt();
    clock.begin(0);
    clock.begin(0);
    clock.begin(1);
    at(3);
    clock.end(0);
    at(5);
    clock.end(0);
    clock.end(1);
    expect(clock.seconds).toEqual([3, 2, 0]);
    expect(clock.idleS).toBe(0);
  });

  it('accounts for every second once, whatever overlaps', () => {
    const events = fc.array(
      fc.record({ batch: fc.nat(2), gapS: fc.integer({ min: 0, max: 9 }), begin: fc.boolean() }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(events, (list) => {
        const { clock, at } = clockAt();
        const running: number[] = [];
        let elapsedS = 0;
        for (const { batch, gapS, begin } of list) {
          elapsedS += gapS;
          at(elapsedS);
          if (begin || running.length === 0) {
            clock.begin(batch);
            running.push(batch);
          } else clock.end(running.shift()!);
        }
        elapsedS += 1;
        at(elapsedS);
        for (const batch of running) clock.end(batch);
        // What follows the last event is accounted for at the next one.
        clock.begin(0);
        const sum = clock.idleS + clock.seconds.reduce((a, b) => a + b, 0);
        expect(sum).toBeCloseTo(elapsedS, 6);
      }),
    );
  });
});
