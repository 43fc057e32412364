import { describe, expect, it } from 'vitest';
import { resolveExpression } from '../../../../harness/metrics/index.ts';
import { published } from '../../../../harness/packs/redshift/expectations/published.ts';
import {
  publishedFigures,
  publishedRuns,
  publishedRunsNear,
} from '../../../../harness/packs/redshift/published/aws-runs.ts';
import { sampleEvidence } from '../../assertions/sample-record.ts';

const GB = 1024 ** 3;

/** A run of 50 MB partitions holding `dataGB`, of `seconds`. */
function judge(compare: object, seconds: number, partitionMB = 50, dataGB = 1) {
  const evidence = sampleEvidence((record) => {
    record.executions[0]!.stoppedAtMs = 1000 + 1000 * seconds;
    record.dataset!.partitionMB = partitionMB;
    record.dataset!.partitions = [{ key: 'a', sizeBytes: dataGB * GB }];
  });
  return published.evaluate(published.schema.parse({ compare }), evidence)[0]!;
}

describe('the published runs', () => {
  it('are the 84 of the table, by size', () => {
    expect(publishedRuns).toHaveLength(84);
    expect(publishedRunsNear(50, 1).map((run) => run.durationSeconds)).toEqual([27.264, 26.668, 23.591]);
    expect(publishedRunsNear(25, 13).every((run) => run.dataGB === 12.6 && run.workers === 517)).toBe(true);
    expect(publishedRunsNear(60, 1)).toEqual([]);
  });

  it('give per worker what the seed rounds: 2.46 s a batch, 34.44 Mbps, 211 samples/s at 50 MB', () => {
    const runs = publishedRunsNear(50, 1);
    const mean = (expression: string) => {
      const values = publishedFigures.find((one) => one.expression === expression)!.values(runs);
      return values.reduce((total, value) => total + value, 0) / values.length;
    };
    expect(mean('mean(secondsPerBatch)')).toBeCloseTo(2.31, 1);
    expect(mean('mean(throughput)')).toBeGreaterThan(33);
    expect(mean('mean(throughput)')).toBeLessThan(38);
    expect(mean('mean(samplesPerSecond)')).toBeCloseTo((mean('mean(throughput)') * 1e6) / 164_160, 6);
  });

  it('count only the workers whose results were found', () => {
    // Of the second run of 12.6 GB at 100 MB hardly any result is there; its workers were no slower for that.
    const runs = publishedRunsNear(100, 12.6);
    const throughput = publishedFigures.find((one) => one.expression === 'mean(throughput)')!.values(runs);
    expect(Math.min(...throughput)).toBeGreaterThan(20);
  });

  it('stand beside metrics of the same unit', () => {
    for (const { expression } of publishedFigures)
      expect(() => resolveExpression(expression, 'redshift')).not.toThrow();
  });
});

describe('expect.published', () => {
  it.each([
    ['faster than published', { rise: '0 %' }, 10, 'passed'],
    ['within the tolerance', { rise: '20 %' }, 30, 'passed'],
    ['far slower', { rise: '20 %' }, 60, 'failed'],
    ['far faster, which is not borne either', { fall: '50 %' }, 5, 'failed'],
  ])('%s', (_, tolerance, seconds, outcome) => {
    const verdict = judge({ 'max(execution.duration)': tolerance }, seconds);
    expect(verdict.outcome).toBe(outcome);
    expect(verdict.expected).toMatch(
      /than the published 26\.67 s \(50 MB, 1 GB; total_execution_time\.csv\)/,
    );
    expect(verdict.actual).toMatch(/of 3 published values/);
  });

  it('takes the rows of the data size that is nearest', () => {
    const at12GB = judge({ 'max(execution.duration)': { rise: '0 %' } }, 45, 50, 12);
    expect(at12GB).toMatchObject({ outcome: 'passed', expected: expect.stringContaining('50 MB, 12.6 GB') });
  });

  it('judges nothing where nothing was published', () => {
    expect(judge({ 'mean(inference.billed)': { rise: '0 %' } }, 10).outcome).toBe('not judged');
  });

  it('refuses what was never published, and an empty comparison', () => {
    expect(() => published.schema.parse({ compare: { coldStarts: { rise: '1 %' } } })).toThrow();
    expect(() => published.schema.parse({ compare: {} })).toThrow(/nothing to compare/);
  });
});
