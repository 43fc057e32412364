import { describe, expect, it } from 'vitest';
import {
  costBounds,
  costByState,
  costOf,
  extrapolate,
  pricesNotKnown,
} from '../../../harness/metrics/cost/cost.ts';
import { costItems } from '../../../harness/metrics/cost/cost-items.ts';
import { pricesOf } from '../../../harness/metrics/cost/price-table.ts';
import { transitionsOf } from '../../../harness/metrics/cost/step-functions-usage.ts';
import { usageOf } from '../../../harness/metrics/cost/usage.ts';
import type { RunRecord } from '../../../harness/record/run-record.ts';
import { sampleEvidence } from '../assertions/sample-record.ts';

describe('cost', () => {
  it('counts transitions: start and states of the parent, start and task of each child', () => {
    // 1 + Initialize, Distributed Inference, Summarize; twice start and task.
    expect(transitionsOf(sampleEvidence().record)).toBe(4 + 4);
  });

  it('counts a retried child as one transition more', () => {
    const { record } = sampleEvidence((run) => {
      const scheduled = { timestampMs: 1, type: 'TaskScheduled' };
      const of = (id: number, previousEventId: number) => ({ ...scheduled, id, previousEventId });
      run.executions[0]!.children[0]!.history!.push(of(10, 2), of(11, 10));
    });
    expect(transitionsOf(record)).toBe(9);
  });

  it('takes the invocations for children whose histories were not collected', () => {
    const { record } = sampleEvidence((run) => {
      for (const child of run.executions[0]!.children) delete child.history;
      run.invocations.push({ ...run.invocations[1]!, requestId: 'again' });
    });
    expect(transitionsOf(record)).toBe(9);
  });

  it('counts a retry in the parent as one transition more', () => {
    const { record } = sampleEvidence((run) => {
      const scheduled = { timestampMs: 1, type: 'TaskScheduled' };
      const of = (id: number, previousEventId: number) => ({ ...scheduled, id, previousEventId });
      run.executions[0]!.history.push(of(10, 2), of(11, 10), of(12, 4));
    });
    expect(transitionsOf(record)).toBe(9);
  });

  it('counts the requests of the pipeline alone', () => {
    const sum = (price: string) =>
      usageOf(sampleEvidence().record)
        .filter((line) => line.price === price)
        .reduce((total, { quantity }) => total + quantity, 0);
    // 5 per worker, two results and the payload; two per worker, a listing, payload, jobs and the joined results.
    expect([sum('s3Read'), sum('s3Write')]).toEqual([13, 8]);
  });

  it('is the sum of its parts', () => {
    const cost = costOf(sampleEvidence().record);
    // 1 GB x (100 + 2501 + 2400 + 100) ms billed, and four requests.
    expect(cost.lambda).toBeCloseTo(5.101 * 0.0000166667 + 4 * 2e-7, 12);
    expect(cost.stepFunctions).toBeCloseTo(8 * 0.000025, 12);
    expect(cost.s3).toBeCloseTo(13 * 0.0000004 + 8 * 0.000005, 12);
    expect(cost.logs).toBeCloseTo((1000 / 1024 ** 3) * 0.5, 15);
    expect(cost.total).toBeCloseTo(cost.lambda + cost.stepFunctions + cost.s3 + cost.logs + cost.metrics, 15);
  });

  it("gives the authors' run its true price", () => {
    // 173 workers of 10,240 MB billed 34 s each: about 0.98 USD of Lambda, not the published 0.30.
    const { record } = sampleEvidence((run) => {
      const one = { ...run.invocations[1]!, memorySizeMB: 10_240, billedDurationMs: 34_000 };
      run.invocations = Array.from({ length: 173 }, () => one);
    });
    expect(costOf(record).lambda).toBeCloseTo(0.98, 2);
  });

  it('of the states adds up to the cost of the run, free tier or not', () => {
    const { record } = sampleEvidence();
    for (const pricing of [{}, { freeTier: true }, { region: 'eu-west-2', architecture: 'arm64' as const }]) {
      const states = costByState(record, pricing);
      const sum = states.reduce((total, { cost }) => total + cost.total, 0);
      expect(sum).toBeCloseTo(costOf(record, pricing).total, 15);
    }
    expect(costByState(record)[0]?.state).toBe('Model Inference');
    expect(costByState(record).map(({ state }) => state)).toContain('Initialize');
  });

  it('of a small run is nothing but S3 requests within the free tier', () => {
    const cost = costOf(sampleEvidence().record, { freeTier: true });
    expect(cost.total).toBe(cost.s3);
  });

  it('is of a region and an architecture', () => {
    const { record } = sampleEvidence();
    const arm = costOf(record, { architecture: 'arm64' });
    expect(arm.lambda).toBeCloseTo(5.101 * 0.0000133334 + 4 * 2e-7, 12);
    expect(costOf(record, { region: 'eu-west-2' }).s3).toBeCloseTo(13 * 4.2e-7 + 8 * 5.3e-6, 12);
  });

  it('refuses a region and a price nobody looked up, by name', () => {
    const { record } = sampleEvidence();
    expect(() => costOf(record, { region: 'us-east-9' })).toThrow(/no price table of us-east-9/);
    expect(() => costOf(record, { region: 'eu-central-1', architecture: 'arm64' })).toThrow(
      /eu-central-1 has no lambdaGbSecondArm64/,
    );
  });

  it('knows where each price comes from, and from when it is', () => {
    for (const region of ['us-east-1', 'eu-west-2', 'eu-central-1']) {
      const prices = Object.values(pricesOf(region).prices);
      expect(prices.length).toBeGreaterThanOrEqual(5);
      for (const { usd, source, date } of prices) {
        expect(usd).toBeGreaterThan(0);
        expect(source).toMatch(/^(https:\/\/aws\.amazon\.com\/|AWS Price List, )/);
        expect(date).toMatch(/^20\d\d-\d\d-\d\d$/);
      }
    }
  });

  it('counts /tmp beyond 512 MB', () => {
    const { record } = sampleEvidence((run) => {
      run.invocations = [{ ...run.invocations[1]!, billedDurationMs: 2000, ephemeralStorageMB: 10_240 }];
    });
    const storage = usageOf(record).find(({ price }) => price === 'lambdaStorageGbSecond');
    expect(storage?.quantity).toBeCloseTo(9.5 * 2, 12);
  });

  it('counts EXPRESS children by requests and steps of 100 ms, and no transitions of theirs', () => {
    const { record } = sampleEvidence((run) => {
      for (const child of run.executions[0]!.children) {
        child.executionArn = child.executionArn.replace(':execution:', ':express:');
      }
    });
    expect(transitionsOf(record)).toBe(4);
    const express = usageOf(record).filter(({ price }) => price.startsWith('express'));
    expect(express.map(({ quantity }) => quantity)).toEqual([2, (2 * 2.5 * 64) / 1024]);
  });

  describe('bounds of cold starts', () => {
    /** Two workers: one cold (init 400 ms, first invocation 600 ms slower), one warm. */
    const mixed = (change: (run: RunRecord) => void = () => {}) =>
      sampleEvidence((run) => {
        const [init, cold, warm, summarize] = run.invocations;
        Object.assign(cold!, { durationMs: 2600, initDurationMs: 400, billedDurationMs: 3000 });
        Object.assign(warm!, { durationMs: 2000, billedDurationMs: 2000 });
        for (const one of [init!, summarize!])
          Object.assign(one, { durationMs: 100, initDurationMs: 200, billedDurationMs: 300 });
        change(run);
      }).record;
    const gbSecondsUSD = (billedMs: number) => (billedMs / 1000) * 0.0000166667 + 4 * 2e-7;

    it('are all warm and all cold, the run between them', () => {
      const record = mixed();
      const { allWarm, allCold } = costBounds(record);
      expect(costOf(record).lambda).toBeCloseTo(gbSecondsUSD(3000 + 2000 + 600), 12);
      expect(allWarm!.lambda).toBeCloseTo(gbSecondsUSD(2000 + 2000 + 200), 12);
      expect(allCold!.lambda).toBeCloseTo(gbSecondsUSD(3000 + 3000 + 600), 12);
    });

    it('have no upper one when a function never started cold', () => {
      const record = mixed((run) => {
        delete run.invocations[1]!.initDurationMs;
      });
      expect(costBounds(record).allCold).toBeUndefined();
      expect(costBounds(record).allWarm).toBeDefined();
    });

    it('hold at another size', () => {
      const large = extrapolate(mixed(), 100 * 25 * 1024 ** 2)!;
      expect(large.partitions).toBe(100);
      expect(large.allCold!.lambda).toBeCloseTo(
        ((300 + 300 + 100 * 3000) / 1000) * 0.0000166667 + 102 * 2e-7,
        9,
      );
      expect(large.allWarm!.total).toBeLessThan(large.cost.total);
      expect(large.allCold!.total).toBeGreaterThan(large.cost.total);
    });
  });

  it('counts a custom metric once per hour, whatever its values and the order of its dimensions', () => {
    const line = (timestampMs: number, dimensions: string[][]) => ({
      logGroup: '/aws/lambda/cosmicai-inference',
      logStream: 'stream',
      timestampMs,
      message: JSON.stringify({
        _aws: {
          Timestamp: timestampMs,
          CloudWatchMetrics: [
            { Namespace: 'Orders', Dimensions: dimensions, Metrics: [{ Name: 'Rows' }, { Name: 'Bytes' }] },
          ],
        },
        Rows: 1,
        Bytes: 2,
        Shop: 'a',
        Kind: 'b',
      }),
    });
    const { record } = sampleEvidence((run) => {
      run.logs = [
        line(0, [['Shop', 'Kind'], []]),
        line(1000, [['Kind', 'Shop']]),
        line(3_600_000, [['Shop', 'Kind']]),
      ];
    });
    // Two metrics with two sets of dimensions in the first hour, two with one in the second.
    expect(costOf(record).metrics).toBeCloseTo((6 * 0.3) / 730, 12);
    expect(costOf(record, { region: 'eu-west-2' }).metrics).toBe(0);
    expect(pricesNotKnown(record, { region: 'eu-west-2' })).toEqual(['customMetricMonth']);
  });

  it('of items, each with its rule and page, adds up to the cost of the run', () => {
    const { record } = sampleEvidence();
    const items = costItems(record);
    expect(items.reduce((total, { USD = Number.NaN }) => total + USD, 0)).toBeCloseTo(
      costOf(record).total,
      12,
    );
    for (const { rule, source } of items) {
      expect(rule).not.toBe('');
      expect(source).toMatch(/^https:\/\/(docs\.)?aws\.amazon\.com\//);
    }
  });

  it('lists 1,000 partitions a page at another size', () => {
    const { record } = sampleEvidence();
    const s3At = (partitions: number) => extrapolate(record, partitions * 25 * 1024 ** 2)!.cost.s3;
    const perPartition = (s3At(2000) - s3At(1001)) / 999;
    expect(s3At(1000) - s3At(2)).toBeCloseTo(998 * perPartition, 12);
    expect(s3At(1001) - s3At(1000) - perPartition).toBeCloseTo(0.000005, 12);
  });

  it('at another size multiplies what partitions used, and nothing else', () => {
    const { record } = sampleEvidence();
    const large = extrapolate(record, 12.6 * 1024 ** 3)!;
    expect(large.partitions).toBe(517);
    const once = 0.2 * 0.0000166667 + 2 * 2e-7;
    const each = 4.901 * 0.0000166667 + 2 * 2e-7;
    expect(large.cost.lambda).toBeCloseTo(once + (each * 517) / 2, 9);
    expect(extrapolate({ ...record, executions: [] }, 1)).toBeUndefined();
  });
});
