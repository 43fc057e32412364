/** The short form of `test/bench/soak.ts`: mixed traffic under chaos, no wrong byte, nothing left behind. */
import { platform } from 'node:os';
import { expect, it } from 'vitest';
import { soak } from '../../load/soak.ts';

it.skipIf(platform() !== 'linux')(
  'comes through mixed traffic of many clients under chaos and gives everything back (needs /proc)',
  async () => {
    const report = await soak({ clients: 24, durationMs: 4_000, seed: 'short', light: true });
    expect(report.wrong).toEqual([]);
    expect(report.struck).toBeGreaterThan(20);
    expect(Object.keys(report.done).sort()).toEqual(
      expect.arrayContaining(['delete', 'get', 'list', 'put', 'range']),
    );
    expect(report.leaked).toEqual([]);
    // Memory breathes; what grows with every object would be far beyond this.
    expect(report.after.rssMB).toBeLessThan(2 * report.warm.rssMB + 100);
  },
  120_000,
);
