import { describe, expect, it } from 'vitest';
import { threadsFor } from '../../../../lambdas/inference/model.ts';

describe('threadsFor', () => {
  it.each([
    // Memory, cores of the machine, threads: a vCPU per 1,769 MB, 6 at most.
    [128, 64, 1],
    [1769, 64, 1],
    [3538, 64, 2],
    [7077, 64, 4],
    [10_240, 64, 6],
    [10_240, 2, 2],
    [1769, 1, 1],
  ])('%i MB on %i cores are %i threads', (memoryMB, cores, threads) => {
    expect(threadsFor(memoryMB, cores)).toBe(threads);
  });
});
