/** The published AWS runs of the same partition size beside each run of this report. */

import { labelOf } from '../../../reports/run-table.ts';
import type { ReportTable } from '../../../reports/table.ts';
import type { RunOutcome } from '../../../scenario/outcome.ts';
import { partitionMBOf, resultsOf } from '../evidence/results.ts';
import { published } from '../published/published-means.ts';

import { redshiftFigures } from './figures.ts';

/** `undefined` when no run has partitions of a published size. */
export function publishedTable(outcomes: readonly RunOutcome[]): ReportTable | undefined {
  const rows = outcomes.flatMap((outcome) => {
    const { dataset } = outcome.record;
    const theirs = dataset ? closest(partitionMBOf(dataset), dataset.partitions.length) : undefined;
    if (!theirs || resultsOf(outcome.record).length === 0) return [];
    const { run, workers } = theirs;
    const ours = redshiftFigures(outcome.record);
    const show = (value: number | undefined, digits: number, unit = '') =>
      value === undefined ? '-' : `${value.toFixed(digits)}${unit}`;
    return [
      [
        labelOf(outcome, outcomes),
        String(dataset!.partitions.length),
        show(ours.durationS, 1, ' s'),
        show(ours.secondsPerBatch, 3, ' s'),
        show(ours.samplesPerSecond, 0),
        show(ours.cpuS, 2, ' s'),
      ],
      [
        `AWS, ${run.partitionMB} MB, ${run.dataGB} GB`,
        String(run.workers),
        show(run.durationS, 1, ' s'),
        show(workers?.secondsPerBatch, 3, ' s'),
        show(workers?.samplesPerSecond, 0),
        show(workers?.cpuS, 2, ' s'),
      ],
    ];
  });
  if (rows.length === 0) return undefined;
  return {
    title: 'Beside the published AWS runs',
    head: ['run', 'workers', 'duration', 's/batch', 'samples/s', 'CPU'],
    rows,
    notes: [
      `Published: ${published.source}. There every partition had a function of 10,240 MB of its own and a model of ` +
        '15.9 M parameters under PyTorch; here the partitions share the cores of one machine.',
    ],
  };
}

/** The published run of this partition size whose number of workers is nearest. */
function closest(partitionMB: number | undefined, files: number) {
  const [run] = published.runs
    .filter((one) => one.partitionMB === partitionMB)
    .toSorted((a, b) => Math.abs(a.workers - files) - Math.abs(b.workers - files));
  if (!run) return undefined;
  const workers = published.workers
    .filter((one) => one.partitionMB === partitionMB)
    .toSorted((a, b) => Math.abs(a.dataGB - run.dataGB) - Math.abs(b.dataGB - run.dataGB))[0];
  return { run, workers };
}
