import { describe, expect, it } from 'vitest';
import { costOf } from '../../../harness/metrics/cost/index.ts';
import { s3RequestsOf } from '../../../harness/metrics/cost/s3-cost.ts';
import { transitionsOf } from '../../../harness/metrics/cost/step-functions-cost.ts';
import { sampleEvidence } from '../assertions/sample-record.ts';

describe('cost', () => {
  it('counts transitions: start and states of the parent, start and task of each child', () => {
    // 1 + Initialize, Distributed Inference, Summarize; twice start and task.
    expect(transitionsOf(sampleEvidence().record)).toBe(4 + 4);
  });

  it('counts a retried child as one transition more', () => {
    const { record } = sampleEvidence((run) =>
      run.invocations.push({ ...run.invocations[1]!, requestId: 'again' }),
    );
    expect(transitionsOf(record)).toBe(9);
  });

  it('counts a retry in the parent as one transition more', () => {
    const { record } = sampleEvidence((run) => {
      const scheduled = { previousEventId: 1, timestampMs: 1, type: 'TaskScheduled' };
      run.executions[0]!.history.push(...[10, 11, 12].map((id) => ({ ...scheduled, id })));
    });
    expect(transitionsOf(record)).toBe(9);
  });

  it('counts the requests of the pipeline alone', () => {
    // Reads: 5 per worker and two results; writes: result and predictions each, two listings, payload and jobs.
    expect(s3RequestsOf(sampleEvidence().record)).toEqual({ reads: 12, writes: 8 });
  });

  it('is the sum of its parts', () => {
    const cost = costOf(sampleEvidence().record);
    // 1 GB x (100 + 2501 + 2400 + 100) ms billed, and four requests.
    expect(cost.lambda).toBeCloseTo(5.101 * 0.0000166667 + 4 * 2e-7, 12);
    expect(cost.stepFunctions).toBeCloseTo(8 * 0.000025, 12);
    expect(cost.s3).toBeCloseTo(12 * 0.0000004 + 8 * 0.000005, 12);
    expect(cost.logs).toBeCloseTo((1000 / 1024 ** 3) * 0.5, 15);
    expect(cost.total).toBeCloseTo(cost.lambda + cost.stepFunctions + cost.s3 + cost.logs, 15);
  });

  it("gives the authors' run its true price", () => {
    // 173 workers of 10,240 MB billed 34 s each: about 0.98 USD of Lambda, not the published 0.30.
    const { record } = sampleEvidence((run) => {
      const one = { ...run.invocations[1]!, memorySizeMB: 10_240, billedDurationMs: 34_000 };
      run.invocations = Array.from({ length: 173 }, () => one);
    });
    expect(costOf(record).lambda).toBeCloseTo(0.98, 2);
  });
});
