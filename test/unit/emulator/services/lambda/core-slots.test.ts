import { describe, expect, it } from 'vitest';
import { CoreSlots } from '../../../../../harness/emulator/services/lambda/invoke/core-slots.ts';

const settled = async () => {
  for (let i = 0; i < 5; i++) await Promise.resolve();
};

describe('core slots', () => {
  it('let as many in as there are cores, the others in the order of asking', async () => {
    const slots = new CoreSlots(1);
    const first = await slots.take();
    const order: number[] = [];
    const enter = async (n: number) => {
      const slot = await slots.take();
      order.push(n);
      return slot;
    };
    const second = enter(2);
    const third = enter(3);
    await settled();
    expect(order).toEqual([]);
    expect(slots.tryTake()).toBeUndefined();
    first.giveBack();
    first.giveBack();
    (await second).giveBack();
    await third;
    expect(order).toEqual([2, 3]);
  });

  it('let nested invocations in at once', () => {
    const slots = new CoreSlots(1);
    expect(slots.tryTake()).toBeDefined();
    expect(slots.tryTake()).toBeUndefined();
    expect(slots.tryTake({ atOnce: true })).toBeDefined();
  });

  it('lend the place of one that waits, and count it again when it computes', async () => {
    const slots = new CoreSlots(1);
    const waiting = await slots.take();
    const next = slots.take();
    waiting.lend(true);
    const running = await next;
    waiting.lend(false);
    const late = slots.take();
    running.giveBack();
    await settled();
    expect(slots.waiting).toBe(1);
    waiting.giveBack();
    (await late).giveBack();
    expect(slots.waiting).toBe(0);
    expect(slots.tryTake()).toBeDefined();
  });

  it('a lent place given back is free once', () => {
    const slots = new CoreSlots(1);
    const lent = slots.tryTake()!;
    lent.lend(true);
    lent.giveBack();
    lent.lend(false);
    expect(slots.tryTake()).toBeDefined();
    expect(slots.tryTake()).toBeUndefined();
  });

  it('count a large function as the cores it may use, at most all, and keep the order', async () => {
    const slots = new CoreSlots(2);
    const small = slots.tryTake()!;
    expect(slots.tryTake({ cores: 5 })).toBeUndefined();
    const large = slots.take({ cores: 5 });
    // A small one behind it must not slip past for ever.
    const behind = slots.take();
    await settled();
    expect(slots.waiting).toBe(2);
    small.giveBack();
    const held = await large;
    await settled();
    expect(slots.waiting).toBe(1);
    held.giveBack();
    await behind;
    expect(slots.waiting).toBe(0);
  });
});
