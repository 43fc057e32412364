/** What several repeats of the same run say together: per metric the median and how sure it is. */
import { seededRandom } from '../core/random.ts';
import { type MedianInterval, medianInterval } from '../metrics/bootstrap.ts';
import { evaluateExpression, resolveExpression, unitFor } from '../metrics/index.ts';
import { describeCell } from './matrix.ts';
import type { RunOutcome } from './outcome.ts';

/** One metric of one cell over its repeats. */
interface RepeatedMetric extends MedianInterval {
  expression: string;
  unit: string;
  values: number[];
}

/** The repeats of one cell of one scenario. */
export interface RepeatedRun {
  scenario: string;
  label: string;
  runs: number;
  passed: number;
  metrics: RepeatedMetric[];
}

/** What is told of every repeated run, beside the metrics its thresholds name. */
const ALWAYS = ['max(execution.duration)', 'max(memory)', 'cost.total'];

/** Metric expressions that a pack adds to those. */
type OfPack = (pack: string | undefined) => readonly string[];

/** Statistics of every cell that ran more than once; empty without repeats. */
export function repeatedRuns(outcomes: readonly RunOutcome[], ofPack: OfPack): RepeatedRun[] {
  const groups = new Map<string, RunOutcome[]>();
  for (const outcome of outcomes) {
    const key = JSON.stringify([outcome.file, outcome.scenario, outcome.cell]);
    groups.set(key, [...(groups.get(key) ?? []), outcome]);
  }
  return [...groups.values()].filter((group) => group.length > 1).map((group) => summarize(group, ofPack));
}

function summarize(group: readonly RunOutcome[], ofPack: OfPack): RepeatedRun {
  const first = group[0]!;
  const asked = first.verdicts.flatMap(({ path }) => (path[0] === 'thresholds' ? [String(path[1])] : []));
  const expressions = [...new Set([...ALWAYS, ...ofPack(first.record.pack), ...asked])];
  return {
    scenario: first.scenario,
    label: describeCell(first.cell),
    runs: group.length,
    passed: group.filter((outcome) => outcome.passed).length,
    metrics: expressions.flatMap((expression) => repeatedMetric(expression, group)),
  };
}

function repeatedMetric(text: string, group: readonly RunOutcome[]): RepeatedMetric[] {
  const expression = resolveExpression(text, group[0]!.record.pack);
  const values = group.flatMap(({ record }) => evaluateExpression(expression, record) ?? []);
  if (values.length === 0) return [];
  // Seeded by what is resampled: the same repeats give the same interval.
  const interval = medianInterval(values, seededRandom(`${text}/${values.join()}`));
  return [{ expression: text, unit: unitFor(expression, group[0]!.record), values, ...interval }];
}
