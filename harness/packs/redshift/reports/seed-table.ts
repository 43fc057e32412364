import type { ReportTable } from '../../../reports/table.ts';
import type { RunOutcome } from '../../../scenario/outcome.ts';
import { partitionMBOf, resultsOf } from '../evidence/results.ts';
import { PUBLISHED_SAMPLE_BITS } from '../published/sample-bits.ts';
import { type RedshiftFigures, redshiftFigures } from './figures.ts';
import { PUBLISHED_PARTITION_MB, published } from './seed-figures.ts';

/** The seed's table with this run beside it; `undefined` when no run has results to put beside the published ones. */
export function seedTable(outcomes: readonly RunOutcome[]): ReportTable | undefined {
  const judged = outcomes.filter((outcome) => resultsOf(outcome.record).length > 0);
  const comparable = judged.find((one) => partitionMBOf(one.record.dataset) === PUBLISHED_PARTITION_MB);
  const chosen = comparable ?? judged.find((one) => partitionMBOf(one.record.dataset) !== undefined);
  if (!chosen) return undefined;
  const figures = redshiftFigures(chosen.record);
  const size = partitionMBOf(chosen.record.dataset);
  const rows = rowsOf(figures);
  const contradiction = (published.samplesPerSecond.local * PUBLISHED_SAMPLE_BITS) / 1e6;
  return {
    title: 'Beside the published values',
    head: ['per worker', 'published local', 'published AWS', `this run (${size} MB partitions)`],
    rows,
    notes: [
      `The published local throughput contradicts itself: ${published.samplesPerSecond.local} samples/s x ` +
        `${PUBLISHED_SAMPLE_BITS.toLocaleString('en-US')} bits are ${contradiction.toFixed(1)} Mbps, not ` +
        `${published.throughputMbps.local}. This run's figures are checked against that product.`,
      'Published CPU time and local memory are sums of a profiler, AWS memory is of REPORT lines; this run shows ' +
        'CPU time and peak resident memory of the process, with the model of this repository.',
    ],
  };
}

function rowsOf(figures: RedshiftFigures): string[][] {
  const show = (value: number | undefined, render: (value: number) => string) =>
    value === undefined ? 'no evidence' : render(value);
  const { secondsPerBatch, throughputMbps, cpuSeconds, memoryGB, samplesPerSecond } = published;
  return [
    [
      'execution time per batch of 512',
      `${secondsPerBatch.local} s`,
      `${secondsPerBatch.aws} s`,
      show(figures.secondsPerBatch, (s) => `${s.toFixed(3)} s`),
    ],
    [
      'throughput',
      `${throughputMbps.local} Mbps (contradicted)`,
      `${throughputMbps.aws} Mbps`,
      show(figures.throughputMbps, (mbps) => `${mbps.toFixed(2)} Mbps`),
    ],
    [
      'CPU time',
      `~${cpuSeconds.local} s`,
      `~${cpuSeconds.aws} s`,
      show(figures.cpuS, (s) => `${s.toFixed(2)} s`),
    ],
    [
      'memory',
      `~${memoryGB.local} GB`,
      `~${memoryGB.aws} GB`,
      show(figures.meanMemoryMB, (mb) => `${(mb / 1024).toFixed(2)} GB`),
    ],
    [
      'samples per second',
      `~${samplesPerSecond.local}`,
      `~${samplesPerSecond.aws}`,
      show(figures.samplesPerSecond, (rate) => rate.toFixed(0)),
    ],
  ];
}
