import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../harness/core/json.ts';
import { combinedProblems, planProblems } from '../../../../harness/packs/redshift/evidence/plans.ts';

const job = (rank: number) => ({
  RANK: String(rank),
  WORLD_SIZE: '2',
  DATA_PATH: `25MB/${rank + 1}.pt`,
  BATCH_SIZE: 512,
  FILE_LIMIT: 100,
});
const JOBS = [job(0), job(1)];
const INPUT = { batch_size: 512, file_limit: '100', data_prefix: '25MB', unknown: 'x' };
const payload = (change: JsonObject = {}): JsonObject => ({
  batch_size: 512,
  file_limit: 100,
  data_prefix: '25MB',
  run: { world_size: 2, files: 2 },
  data_map: { '0': '25MB/1.pt', '1': '25MB/2.pt' },
  jobs: JOBS,
  ...change,
});

describe('planProblems', () => {
  it('finds none in a plan that follows its input', () => {
    expect(planProblems(INPUT, payload(), JOBS)).toEqual([]);
  });

  it.each<[string, JsonObject, JsonObject[], RegExp]>([
    ['another batch size', payload({ batch_size: 513 }), JOBS, /batch_size is "513" instead of "512"/],
    ['no batch size', payload({ batch_size: null }), JOBS, /batch_size is null instead of 512/],
    [
      'a job too few',
      payload(),
      [job(0)],
      /jobs of the payload are not those of the Map; the number of ranks is 2 instead of 1/,
    ],
    [
      'a wrong count of files',
      payload({ run: { world_size: 2, files: 3 } }),
      JOBS,
      /run\.files is 3 instead of 2/,
    ],
    [
      'a job of another partition',
      payload(),
      [job(0), { ...job(1), DATA_PATH: '25MB/1.pt' }],
      /DATA_PATH of job 1 is "25MB\/1\.pt"/,
    ],
    ['jobs in another order', payload(), [job(1), job(0)], /RANK of job 0 is "1" instead of "0"/],
  ])('finds %s', (_, one, jobs, message) => {
    expect(planProblems(INPUT, one, jobs).join('; ')).toMatch(message);
  });

  it('finds a payload that is none', () => {
    expect(planProblems(INPUT, null, JOBS)).toHaveLength(1);
  });
});

describe('combinedProblems', () => {
  const results = [
    { rank: 0, total: 1, phases: { read_s: 0.1 } },
    { rank: 1, total: 2, phases: { read_s: 0.2 } },
  ];

  it('finds none in results as they were written', () => {
    expect(combinedProblems(structuredClone(results), results)).toEqual([]);
  });

  it.each<[string, JsonObject[], RegExp]>([
    ['one too few', results.slice(1), /holds 1 results instead of 2/],
    ['another order', results.toReversed(), /result 0 is not that of rank 0: rank differs/],
    [
      'another number',
      [results[0]!, { ...results[1]!, phases: { read_s: 0.3 } }],
      /rank 1: phases\.read_s differs/,
    ],
    ['a member too few', [{ rank: 0, total: 1 }, results[1]!], /rank 0: phases differs/],
  ])('finds %s', (_, combined, message) => {
    expect(combinedProblems(combined, results).join('; ')).toMatch(message);
  });
});
