import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../../../harness/core/clock.ts';
import { CpuThrottle } from '../../../../../harness/emulator/services/lambda/runtime/cpu-throttle.ts';

describe('a share of CPU without control groups', () => {
  it.each([0.1, 0.5, 1])('holds a process that would use a whole core to %d of it', async (cpus) => {
    const clock = new VirtualClock();
    let isStopped = false;
    let usedMs = 0;
    let seenMs = clock.nowMs();
    const use = () => {
      if (!isStopped) usedMs += clock.nowMs() - seenMs;
      seenMs = clock.nowMs();
      return usedMs;
    };
    const throttle = new CpuThrottle({
      clock,
      cpus,
      usedMs: use,
      signal: (name) => {
        use();
        isStopped = name === 'SIGSTOP';
      },
    });
    throttle.start();
    await new Promise<void>((resolve) => clock.after(10_000, resolve));
    use();
    throttle.stop();
    expect(isStopped).toBe(false);
    expect(usedMs / 10_000).toBeGreaterThan(cpus * 0.95);
    expect(usedMs / 10_000).toBeLessThan(cpus * 1.05 + 0.01);
  });
});
