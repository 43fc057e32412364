import { describe, expect, it } from 'vitest';
import { visibleVcpus } from '../../../../harness/core/limits.ts';
import { threadsFor } from '../../../../lambdas/inference/model.ts';

describe('threadsFor', () => {
  it.each([
    // Memory, cores of the machine, threads: the vCPUs that Lambda shows, as in core/limits.ts.
    [128, 64, 1],
    [1769, 64, 1],
    [1770, 64, 2],
    [3538, 64, 2],
    [3539, 64, 3],
    [7077, 64, 5],
    [8846, 64, 6],
    [10_240, 64, 6],
    [10_240, 2, 2],
    [1769, 1, 1],
  ])('%i MB on %i cores are %i threads', (memoryMB, cores, threads) => {
    expect(threadsFor(memoryMB, cores)).toBe(threads);
    expect(Math.min(visibleVcpus(memoryMB), cores)).toBe(threads);
  });
});
