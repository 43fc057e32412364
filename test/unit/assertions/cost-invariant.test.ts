/** Cost is computed twice, each time another way: a slip in one of them shows. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { costIsGbSecondsTimesPrice } from '../../../harness/assertions/invariants/cost-is-gb-seconds-times-price.ts';
import { costOf } from '../../../harness/metrics/cost/cost.ts';
import type { RunRecord } from '../../../harness/record/run-record.ts';
import { sampleEvidence } from './sample-record.ts';

vi.mock('../../../harness/metrics/cost/cost.ts', { spy: true });
afterEach(() => vi.mocked(costOf).mockRestore());

const judged = (change?: (record: RunRecord) => void) =>
  costIsGbSecondsTimesPrice.evaluate(sampleEvidence(change))[0]!;

describe('cost = GB-s x price', () => {
  it.each<[string, (record: RunRecord) => void]>([
    ['one memory size', () => {}],
    ['several memory sizes', (record) => Object.assign(record.invocations[0]!, { memorySizeMB: 10_240 })],
    [
      '/tmp beyond what is free',
      (record) => Object.assign(record.invocations[1]!, { ephemeralStorageMB: 4096 }),
    ],
  ])('holds for %s', (_, change) => expect(judged(change).outcome).toBe('passed'));

  it('fails for a cost that is off by ten, as a cell of the published table is', () => {
    const real = costOf(sampleEvidence().record);
    vi.mocked(costOf).mockReturnValue({ ...real, lambda: real.lambda * 10 });
    expect(judged()).toMatchObject({
      outcome: 'failed',
      expected: `${real.lambda.toFixed(8)} USD for Lambda`,
      actual: `${(real.lambda * 10).toFixed(8)} USD`,
    });
  });

  it('says nothing of a run without invocations', () => {
    const { record } = sampleEvidence((one) => {
      one.invocations = [];
    });
    expect(costIsGbSecondsTimesPrice.evaluate({ record, runFolder: '' })).toEqual([]);
  });
});
