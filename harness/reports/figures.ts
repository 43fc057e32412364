/** The figures a table row shows for one run: the registry's metrics, aggregated. */
import { evaluateExpression, resolveExpression } from '../metrics/index.ts';
import type { RunRecord } from '../record/run-record.ts';

const EXPRESSIONS = {
  durationS: 'max(execution.duration)',
  peakMemoryMB: 'max(memory)',
  gbSeconds: 'gbSeconds',
  coldStarts: 'coldStarts',
  waitedForCoreS: 'sum(waitedForCore)',
  costUSD: 'cost.total',
  executionOverheadPercent: 'mean(execution.overhead)',
  harnessOverheadPercent: 'harness.overhead',
  harnessOverheadS: 'harness.overheadTime',
} as const;

/** A figure is absent where the run gave no evidence for it. */
export type Figures = Record<keyof typeof EXPRESSIONS, number | undefined>;

export const figuresOf = (record: RunRecord): Figures => evaluated(EXPRESSIONS, record);

/** Expressions by name, evaluated for a run. */
export function evaluated<Name extends string>(
  expressions: Readonly<Record<Name, string>>,
  record: RunRecord,
): Record<Name, number | undefined> {
  const entries = Object.entries<string>(expressions).map(([name, text]) => {
    return [name, evaluateExpression(resolveExpression(text, record.pack), record)];
  });
  return Object.fromEntries(entries) as Record<Name, number | undefined>;
}
