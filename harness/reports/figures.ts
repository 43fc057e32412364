/** The figures a table row shows for one run: the registry's metrics, aggregated. */
import { evaluateExpression, resolveExpression } from '../metrics/index.ts';
import type { RunRecord } from '../record/run-record.ts';

const EXPRESSIONS = {
  durationS: 'max(execution.duration)',
  partitions: 'count(batches)',
  batches: 'sum(batches)',
  secondsPerBatch: 'mean(secondsPerBatch)',
  samplesPerSecond: 'mean(samplesPerSecond)',
  throughputMbps: 'mean(throughput)',
  cpuS: 'mean(cpuTime)',
  peakMemoryMB: 'max(memory)',
  meanMemoryMB: 'mean(memory)',
  gbSeconds: 'gbSeconds',
  coldStarts: 'coldStarts',
  waitedForCoreS: 'sum(waitedForCore)',
  costUSD: 'cost.total',
  executionOverheadPercent: 'mean(execution.overhead)',
  harnessOverheadPercent: 'harness.overhead',
  harnessOverheadS: 'harness.overheadTime',
  readS: 'mean(phase.read)',
  parseS: 'mean(phase.parse)',
  inferenceS: 'mean(phase.inference)',
} as const;

type FigureName = keyof typeof EXPRESSIONS;
export const figureNames = Object.keys(EXPRESSIONS) as FigureName[];
/** A figure is absent where the run gave no evidence for it. */
export type Figures = Record<FigureName, number | undefined>;

export function figuresOf(record: RunRecord): Figures {
  const entries = Object.entries(EXPRESSIONS).map(([name, text]) => {
    return [name, evaluateExpression(resolveExpression(text), record)];
  });
  return Object.fromEntries(entries) as Figures;
}
