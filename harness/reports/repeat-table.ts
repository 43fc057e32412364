/** The table of repeated runs: medians with their 95 % bootstrap intervals. */
import { formatNumber, formatQuantity } from '../metrics/quantity.ts';
import type { RunOutcome } from '../scenario/outcome.ts';
import { repeatedRuns } from '../scenario/repeats.ts';
import { packSections } from './pack-sections.ts';
import type { ReportTable } from './table.ts';

export function repeatTable(outcomes: readonly RunOutcome[]): ReportTable | undefined {
  const runs = repeatedRuns(outcomes, (pack) => packSections.of(pack)?.repeated ?? []);
  if (runs.length === 0) return undefined;
  return {
    title: 'Repeats',
    head: ['repeated run', 'metric', 'median', 'from', 'to', 'repeats'],
    rows: runs.flatMap((run) =>
      run.metrics.map(({ expression, unit, median, low, high, count }) => [
        `${run.scenario} ${run.label}`.trimEnd(),
        expression,
        formatQuantity(median, unit),
        formatNumber(low),
        formatNumber(high),
        String(count),
      ]),
    ),
    notes: ['from, to: 95 % bootstrap interval of the median; of two repeats their range'],
  };
}
