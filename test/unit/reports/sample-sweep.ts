/** A sweep over the four published partition sizes, the last run of which has become slower than its baseline. */
import type { Report } from '../../../harness/reports/report.ts';
import type { RunOutcome } from '../../../harness/scenario/outcome.ts';
import { sampleReport } from './sample-report.ts';

export function sampleSweep(): Report {
  return { outcomes: [25, 50, 75, 100].map((sizeMB, index) => outcome(sizeMB, index)), failures: [] };
}

function outcome(partitionMB: number, index: number): RunOutcome {
  const [base] = sampleReport(4 + index).outcomes;
  const { record, ...rest } = base!;
  const slower = index === 3;
  return {
    ...rest,
    scenario: 'partition-sweep',
    cell: { partitionMB, data: '300 MB' },
    runId: `partition-sweep-${partitionMB}`,
    passed: !slower,
    stagesMs: { dataset: 10, start: 20, deploy: 300, upload: 5, execute: 5200, collect: 150, judge: 40 },
    record: {
      ...record,
      runId: `partition-sweep-${partitionMB}`,
      parameters: { partitionMB },
      stagesMs: { dataset: 10, start: 20, deploy: 300, upload: 5, execute: 5200, collect: 150 },
      dataset: {
        bucket: 'cosmicai-data',
        prefix: `${partitionMB}MB`,
        format: 'pt',
        seed: 7,
        partitionMB,
        nominalPartitionBytes: partitionMB * 1024 ** 2,
        partitions: [{ key: `${partitionMB}MB/1.pt`, sizeBytes: partitionMB * 1024 ** 2, samples: 600 }],
      },
      evidence: { ...record.evidence, predictions: [predictions(index)], truth: [truth(index)] },
    },
    verdicts: [
      {
        name: 'p95(inference.duration) against its baseline',
        outcome: slower ? 'failed' : 'passed',
        expected: 'at most 10 % more than the baseline',
        actual: '2.6 s',
        path: ['expect', 'baseline'],
        against: {
          reference: 'baseline',
          metric: 'p95(inference.duration)',
          unit: 's',
          values: [slower ? 3.9 : 2.6],
          referenceValues: [2.5, 2.6, 2.7],
          ratio: slower ? { median: 1.5, low: 1.44, high: 1.56 } : { median: 1, low: 0.96, high: 1.04 },
          borne: { high: 1.1 },
        },
      },
      {
        name: 'mean(throughput) against the published runs',
        outcome: 'passed',
        expected: 'at most 0 % less',
        actual: '490 Mbps',
        path: ['expect', 'published'],
        against: {
          reference: 'published',
          metric: 'mean(throughput)',
          unit: 'Mbps',
          values: [490],
          referenceValues: [34, 36, 37],
          ratio: { median: 13.6, low: 13.2, high: 14.4 },
          borne: { low: 1 },
        },
      },
      { name: 'status', outcome: 'passed', expected: 'SUCCEEDED', actual: 'SUCCEEDED', path: [] },
    ],
  };
}

const REDSHIFTS = Array.from({ length: 100 }, (_, index) => 0.02 + index * 0.005);

const truth = (rank: number) => ({ key: `${rank}.pt`, samples: REDSHIFTS.length, redshifts: REDSHIFTS });

/** A hundred galaxies, one of them an outlier. */
function predictions(rank: number) {
  const zTrue = REDSHIFTS;
  return {
    bucket: 'work',
    key: `results/1/${rank}.predictions.fits`,
    rank,
    dataPath: zTrue.map(() => `${rank}.pt`),
    sample: zTrue.map((_, index) => index),
    zTrue,
    zPred: zTrue.map((z, index) => (index === 50 ? z + 0.5 : z + 0.01 * Math.sin(index))),
  };
}
