import { describe, expect, it } from 'vitest';
import { VirtualClock, wallClock } from '../../../harness/core/clock.ts';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

async function until(done: () => boolean): Promise<void> {
  for (let i = 0; i < 1_000 && !done(); i++) await turn();
  expect(done()).toBe(true);
}

describe('VirtualClock', () => {
  it('jumps a day without waiting for it', async () => {
    const clock = new VirtualClock(1_000);
    const fired: number[] = [];
    clock.after(86_400_000, () => fired.push(clock.nowMs()));
    await until(() => fired.length === 1);
    expect(fired).toEqual([86_401_000]);
  });

  it('fires in order of time, then in the order they were set', async () => {
    const clock = new VirtualClock(0);
    const fired: string[] = [];
    clock.after(20, () => fired.push('late'));
    clock.after(10, () => fired.push('first'));
    clock.after(10, () => fired.push('second'));
    await until(() => fired.length === 3);
    expect(fired).toEqual(['first', 'second', 'late']);
  });

  it('stands still while real work is in flight', async () => {
    const clock = new VirtualClock(0);
    let fired = false;
    const release = clock.hold();
    clock.after(1, () => {
      fired = true;
    });
    for (let i = 0; i < 20; i++) await turn();
    expect([fired, clock.nowMs()]).toEqual([false, 0]);
    release();
    release();
    await until(() => fired);
    expect(clock.nowMs()).toBe(1);
  });

  it('does not fire what was cancelled, and does not advance for it', async () => {
    const clock = new VirtualClock(0);
    const cancel = clock.after(1_000, () => expect.unreachable());
    cancel();
    for (let i = 0; i < 20; i++) await turn();
    expect(clock.nowMs()).toBe(0);
  });

  it('passes timers on its way, and does not advance for them', async () => {
    const clock = new VirtualClock(0);
    const passed: number[] = [];
    const again = () => {
      passed.push(clock.nowMs());
      clock.whenPassing(clock.nowMs() + 60_000, again);
    };
    clock.whenPassing(60_000, again);
    const cancel = clock.whenPassing(90_000, () => expect.unreachable());
    for (let i = 0; i < 20; i++) await turn();
    expect([clock.nowMs(), passed]).toEqual([0, []]);
    cancel();
    let isOver = false;
    clock.after(200_000, () => {
      isOver = true;
    });
    await until(() => isOver);
    for (let i = 0; i < 20; i++) await turn();
    expect([clock.nowMs(), passed]).toEqual([200_000, [60_000, 120_000, 180_000]]);
  });

  it('does not advance after its last timer was cancelled', async () => {
    const clock = new VirtualClock(0);
    clock.whenPassing(5, () => expect.unreachable());
    const cancel = clock.after(10, () => expect.unreachable());
    cancel();
    cancel();
    for (let i = 0; i < 20; i++) await turn();
    expect(clock.nowMs()).toBe(0);
  });

  it('lets a timer set timers', async () => {
    const clock = new VirtualClock(0);
    const at: number[] = [];
    const again = () => {
      at.push(clock.nowMs());
      if (at.length < 4) clock.after(5, again);
    };
    clock.after(5, again);
    await until(() => at.length === 4);
    expect(at).toEqual([5, 10, 15, 20]);
  });
});

describe('VirtualClock with work in outside hands', () => {
  it('goes at the pace of the wall: neither jumps nor stands still', async () => {
    const clock = new VirtualClock(0);
    const startMs = Date.now();
    const release = clock.pace();
    const firedAfterMs = await new Promise<number>((resolve) =>
      clock.after(60, () => resolve(Date.now() - startMs)),
    );
    expect(firedAfterMs).toBeGreaterThanOrEqual(58);
    expect(clock.nowMs()).toBeGreaterThanOrEqual(60);
    let jumped = false;
    clock.after(86_400_000, () => {
      jumped = true;
    });
    for (let i = 0; i < 20; i++) await turn();
    expect(jumped).toBe(false);
    release();
    await until(() => jumped);
  });

  it('lets promise jobs run between timers of the same instant', async () => {
    const clock = new VirtualClock(0);
    const order: string[] = [];
    clock.after(5, () => {
      order.push('first');
      clock.after(0, () => order.push('its own'));
      void Promise.resolve().then(() => order.push('its promise'));
    });
    clock.after(5, () => order.push('second'));
    await until(() => order.length === 4);
    expect(order).toEqual(['first', 'its promise', 'second', 'its own']);
  });
});

describe('wallClock', () => {
  it('fires after its delay and can be cancelled', async () => {
    const clock = wallClock();
    const startMs = clock.nowMs();
    clock.after(1, () => expect.unreachable())();
    await new Promise<void>((resolve) => clock.after(15, resolve));
    expect(clock.nowMs() - startMs).toBeGreaterThanOrEqual(14);
  });

  it('takes delays beyond what setTimeout takes without firing at once', async () => {
    const cancel = wallClock().after(2 ** 40, () => expect.unreachable());
    await turn();
    await turn();
    cancel();
  });
});
