/** Two runs side by side: every metric of both, and the ratio of the second to the first. */
import Table from 'cli-table3';
import { metricsOf } from '../metrics/index.ts';
import type { Metric } from '../metrics/metric.ts';
import { formatNumber } from '../metrics/quantity.ts';
import { percentile } from '../metrics/threshold.ts';
import type { RunOutcome } from '../scenario/outcome.ts';
import { escapeMarkdown, layOutMarkdown } from './markdown-table.ts';
import type { ReportTable } from './table.ts';

export interface Comparison {
  metric: string;
  unit: string;
  /** `median` where a run has many values, empty where it has one. */
  aggregate: string;
  a: number | undefined;
  b: number | undefined;
  /** b / a; absent where one is missing or a is zero. */
  ratio: number | undefined;
}

/** Metrics that neither run has are left out. */
export function compareRuns(a: RunOutcome, b: RunOutcome): Comparison[] {
  const all = new Map(
    [...metricsOf(a.record), ...metricsOf(b.record)].map((metric) => [metric.name, metric]),
  );
  return [...all.values()].flatMap((metric): Comparison[] => {
    const first = measured(metric, a);
    const second = measured(metric, b);
    if (first === undefined && second === undefined) return [];
    const ratio = first === undefined || second === undefined || first === 0 ? undefined : second / first;
    const unit = metric.unitOf?.(first === undefined ? b.record : a.record) ?? metric.unit;
    const aggregate = metric.cardinality === 'many' ? 'median' : '';
    return [{ metric: metric.name, unit, aggregate, a: first, b: second, ratio }];
  });
}

const show = (value: number | undefined) => (value === undefined ? '-' : formatNumber(value));

const nameOf = ({ metric, aggregate }: Comparison): string =>
  aggregate === '' ? metric : `${aggregate}(${metric})`;

/** Metrics by how much they changed, the most first; what cannot be compared comes last. */
export function comparisonTable(a: RunOutcome, b: RunOutcome): ReportTable {
  const change = ({ ratio }: Comparison) =>
    ratio === undefined || ratio <= 0 ? -1 : Math.abs(Math.log(ratio));
  return {
    title: 'Metrics, those that changed most first',
    head: ['metric', 'unit', 'A', 'B', 'B / A'],
    rows: compareRuns(a, b)
      .toSorted((one, other) => change(other) - change(one))
      .map((row) => [
        nameOf(row),
        row.unit,
        show(row.a),
        show(row.b),
        row.ratio === undefined ? '-' : `${row.ratio.toFixed(3)}x`,
      ]),
    notes: [],
  };
}

/** Verdicts that are not the same in both runs; `undefined` when all are. */
export function verdictChanges(a: RunOutcome, b: RunOutcome): ReportTable | undefined {
  const before = new Map(a.verdicts.map((one) => [one.name, one]));
  const after = new Map(b.verdicts.map((one) => [one.name, one]));
  const names = [...new Set([...before.keys(), ...after.keys()])];
  const rows = names.flatMap((name) => {
    const [first, second] = [before.get(name), after.get(name)];
    if (first?.outcome === second?.outcome) return [];
    const actual = (second ?? first)!.actual;
    return [[name, first?.outcome ?? 'not asked', second?.outcome ?? 'not asked', actual]];
  });
  if (rows.length === 0) return undefined;
  return { title: 'Verdicts that changed', head: ['expectation', 'A', 'B', 'actual'], rows, notes: [] };
}

/** What was deployed differently, and on what machine; empty when all is the same. */
export function circumstanceChanges({ record: a }: RunOutcome, { record: b }: RunOutcome): string[] {
  const digests = new Map(a.artifacts.map(({ name, sha256 }) => [name, sha256]));
  const changed = b.artifacts.filter(({ name, sha256 }) => digests.get(name) !== sha256);
  const facts: [string, unknown, unknown][] = [
    ['scenario', a.scenario, b.scenario],
    ['backend', a.backend.name, b.backend.name],
    ['clock', a.clock, b.clock],
    ['machine', `${a.host.cpuModel}, ${a.host.cpus} cores`, `${b.host.cpuModel}, ${b.host.cpus} cores`],
    ['Node', a.host.node, b.host.node],
    ['partitions', a.dataset?.partitions.length, b.dataset?.partitions.length],
  ];
  return [
    ...facts.flatMap(([name, first, second]) =>
      first === second ? [] : [`${name}: ${first ?? 'none'} in A, ${second ?? 'none'} in B`],
    ),
    ...changed.map(({ name }) => `artifact ${name}: another digest in B`),
  ];
}

const describeRun = (letter: string, { runId, passed }: RunOutcome): string =>
  `${letter}  ${runId} (${passed ? 'passed' : 'failed'})`;

export function renderComparison(a: RunOutcome, b: RunOutcome): string {
  const layOut = ({ head, rows }: ReportTable) => {
    const table = new Table({
      head,
      colAligns: head.map((_, index) => (index < 2 ? 'left' : 'right')),
      style: { head: [], border: [], compact: true },
    });
    table.push(...rows);
    return table.toString();
  };
  const verdicts = verdictChanges(a, b);
  const parts = [
    describeRun('A', a),
    describeRun('B', b),
    ...circumstanceChanges(a, b).map((one) => `   ${one}`),
    ...(verdicts ? [verdicts.title, layOut(verdicts)] : []),
    layOut(comparisonTable(a, b)),
  ];
  return `${parts.join('\n')}\n`;
}

/** The same as Markdown. */
export function renderComparisonMarkdown(a: RunOutcome, b: RunOutcome): string {
  const verdicts = verdictChanges(a, b);
  const changes = circumstanceChanges(a, b);
  const parts = [
    '# CosmicAI comparison',
    [describeRun('A', a), describeRun('B', b)].map((one) => `- ${escapeMarkdown(one)}`).join('\n'),
    ...(changes.length > 0 ? [changes.map((one) => `- ${escapeMarkdown(one)}`).join('\n')] : []),
    ...[verdicts, comparisonTable(a, b)].flatMap((one) =>
      one ? [`## ${one.title}`, layOutMarkdown(one.head, one.rows)] : [],
    ),
  ];
  return `${parts.join('\n\n')}\n`;
}

function measured(metric: Metric, { record }: RunOutcome): number | undefined {
  const values = metric.values(record);
  if (values.length === 0) return undefined;
  return metric.cardinality === 'many' ? percentile(values, 50) : values[0];
}
