/** What comparisons of metrics with a reference share: the run's side of them, and the form of the verdict. */
import type { MedianInterval } from '../metrics/bootstrap.ts';
import type { Evidence } from '../metrics/evidence.ts';
import { evaluateExpression, metricNeeds, resolveExpression, unitFor } from '../metrics/index.ts';
import { formatQuantity } from '../metrics/quantity.ts';
import { percentile } from '../metrics/threshold.ts';
import type { RunRecord } from '../record/run-record.ts';
import { evidenceFiles, type ReferenceComparison, type Verdict } from './assertion.ts';
import { borneRatios, type Tolerance } from './tolerance.ts';

/**
 * A metric over all repeats of a run, one value each; the earlier repeats wait for the last one, so that one lucky
 * or unlucky repeat decides nothing.
 */
export function valuesOf(
  text: string,
  { record, repeats }: Evidence,
): { values: number[] } | { waits: string } {
  if (repeats && repeats.remaining > 0) return { waits: 'judged together with the last repeat' };
  const expression = resolveExpression(text, record.pack);
  const records = [...(repeats?.earlier ?? []), record];
  return { values: records.flatMap((one) => evaluateExpression(expression, one) ?? []) };
}

/** One value as it is, several by their median. */
export function showValues(text: string, values: readonly number[], record: RunRecord): string {
  const shown = formatQuantity(percentile(values, 50), unitFor(resolveExpression(text, record.pack), record));
  return values.length === 1 ? shown : `${shown} (median of ${values.length} repeats)`;
}

/** Both sides of a comparison, for those who draw it. */
export function comparedWith(
  reference: ReferenceComparison['reference'],
  metric: string,
  sides: { values: number[]; referenceValues: number[]; record: RunRecord },
  ratio: MedianInterval,
  tolerance: Tolerance,
): { against: ReferenceComparison } {
  const { values, referenceValues, record } = sides;
  const { median, low, high } = ratio;
  const unit = unitFor(resolveExpression(metric, record.pack), record);
  const borne = borneRatios(tolerance);
  return {
    against: { reference, metric, unit, values, referenceValues, ratio: { median, low, high }, borne },
  };
}

/** Makes verdicts of one comparison under `compare`. */
export function comparisonVerdict(
  name: string,
  text: string,
  { soft }: Tolerance,
  expected: string,
  record: RunRecord,
) {
  const needs = metricNeeds(resolveExpression(text, record.pack).definition, record);
  return (outcome: Verdict['outcome'], actual: string, more: Partial<Verdict> = {}): Verdict => ({
    name,
    outcome,
    expected,
    actual,
    path: ['compare', text],
    evidence: evidenceFiles.record,
    ...(soft ? { soft } : {}),
    needs,
    ...more,
  });
}
