/**
 * One scenario on several backends: where they differ in status, history, outputs, evidence and metrics. Pure;
 * the first backend is what the others are compared with.
 */
import Table from 'cli-table3';
import { normalizedHistory } from '../assertions/history.ts';
import type { Json } from '../core/json.ts';
import { isJsonObject } from '../core/json.ts';
import { formatNumber } from '../metrics/quantity.ts';
import type { ExecutionRecord, RunRecord } from '../record/run-record.ts';
import { describeCell } from '../scenario/matrix.ts';
import { notJudgedHere, type RunOutcome } from '../scenario/outcome.ts';
import { compareRuns } from './compare.ts';
import { packSections } from './pack-sections.ts';

/** What a run on one backend came to: an outcome, or why it came to none. */
export interface BackendRun {
  backend: string;
  outcome?: RunOutcome;
  failure?: string;
}

/** One thing that is not the same everywhere: a value per backend, in their order. */
export interface Difference {
  what: string;
  values: string[];
}

/** Everything but metrics in which the runs differ; empty when they agree. */
export function differencesOf(runs: readonly BackendRun[]): Difference[] {
  const facts = runs.map(({ outcome, failure }) => (outcome ? factsOf(outcome) : { run: failure ?? 'none' }));
  const names = [...new Set(facts.flatMap((one) => Object.keys(one)))];
  const shown = names.map((what) => ({
    what,
    values: facts.map((one) => (one as Record<string, string>)[what] ?? '-'),
  }));
  return [
    ...shown.filter(({ values }) => new Set(values).size > 1),
    ...historyDifference(runs),
    ...packDifferences(runs),
  ];
}

/** Facts that ought to be equal on every backend, by name. */
function factsOf(outcome: RunOutcome): Record<string, string> {
  const { record, verdicts, passed } = outcome;
  const execution = record.executions.at(-1);
  return {
    run: passed ? 'passed' : 'failed',
    'checks passed': String(verdicts.filter((one) => one.outcome === 'passed').length),
    'checks not judged': String(notJudgedHere(outcome)),
    ...(execution ? executionFacts(execution, record) : {}),
    ...Object.fromEntries(Object.entries(record.evidence).map(([name, list]) => [name, String(list.length)])),
    objects: String(record.objects.length),
    'children listed': String(record.executions.reduce((sum, one) => sum + one.children.length, 0)),
    'invocations told': String(record.invocations.length),
    gaps: String(record.gaps.length),
  };
}

function executionFacts(execution: ExecutionRecord, record: RunRecord): Record<string, string> {
  const mapRun = execution.mapRuns[0];
  return {
    status: execution.status,
    ...(execution.error === undefined ? {} : { error: execution.error }),
    ...leaves('output', steady(execution.output ?? null, record.runId)),
    ...(mapRun
      ? {
          'Map Run': `${mapRun.status}, ${mapRun.itemCounts.succeeded} of ${mapRun.itemCounts.total} items succeeded`,
        }
      : {}),
  };
}

/** A value without what differs from run to run: its id, times, and figures that were measured. */
function steady(value: Json, runId: string): Json {
  if (typeof value === 'number') return Number.isInteger(value) ? value : '(measured)';
  if (typeof value === 'string') {
    return value
      .replaceAll(runId, '(run)')
      .replace(/\d{8}T\d{6,9}Z?/g, '(time)')
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '(time)');
  }
  if (Array.isArray(value)) return value.map((one) => steady(one, runId));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, steady(one, runId)]));
}

/** Every leaf by its path. */
function leaves(path: string, value: Json): Record<string, string> {
  if (Array.isArray(value)) return Object.assign({}, ...value.map((one, i) => leaves(`${path}[${i}]`, one)));
  if (!isJsonObject(value)) return { [path]: JSON.stringify(value) };
  return Object.assign({}, ...Object.entries(value).map(([key, one]) => leaves(`${path}.${key}`, one)));
}

/** The first event in which the execution's own history goes another way. Children are told by their counts. */
function historyDifference(runs: readonly BackendRun[]): Difference[] {
  const lines = runs.map(({ outcome }) => {
    const execution = outcome?.record.executions.at(-1);
    return execution
      ? normalizedHistory({ ...execution, children: [] })
          .trimEnd()
          .split('\n')
      : [];
  });
  const [first = []] = lines;
  const length = Math.max(...lines.map((one) => one.length));
  const at = Array.from({ length }).findIndex((_, i) => lines.some((one) => one[i] !== first[i]));
  if (at === -1) return [];
  return [
    { what: 'events in history', values: lines.map((one) => String(Math.max(0, one.length - 1))) },
    { what: `history, line ${at + 1}`, values: lines.map((one) => one[at] ?? 'the end') },
  ];
}

function packDifferences(runs: readonly BackendRun[]): Difference[] {
  const records = runs.map(({ outcome }) => outcome?.record);
  return packSections
    .ofAll(records.map((record) => record?.pack))
    .flatMap(({ differences }) => differences(records));
}

/** Two tables for one run of the matrix: where the backends differ, and what each measured. */
export function renderBackendDifferences(runs: readonly BackendRun[]): string {
  const outcome = runs.find((one) => one.outcome)?.outcome;
  const title = outcome ? [outcome.scenario, describeCell(outcome.cell)].join(' ').trimEnd() : 'no run';
  const differences = differencesOf(runs);
  const parts = [
    title,
    differences.length === 0
      ? 'Status, history, outputs and evidence are the same everywhere.'
      : tableOf(['differs in', ...runs.map(({ backend }) => backend)], differences.map(rowOf)),
    metricsTable(runs),
  ];
  return `${parts.filter((part) => part !== '').join('\n')}\n`;
}

const rowOf = ({ what, values }: Difference): string[] => [what, ...values.map((text) => text.slice(0, 60))];

function metricsTable(runs: readonly BackendRun[]): string {
  const [first, ...others] = runs.flatMap(({ backend, outcome }) => (outcome ? [{ backend, outcome }] : []));
  if (!first || others.length === 0) return '';
  const columns = others.map((one) => compareRuns(first.outcome, one.outcome));
  const names = [
    ...new Map(columns.flat().map((row) => [`${row.metric} ${row.aggregate}`, row] as const)).values(),
  ];
  const show = (value: number | undefined) => (value === undefined ? 'not measured' : formatNumber(value));
  const rows = names.map(({ metric, aggregate, unit }) => {
    const cells = columns.map((rows) => rows.find((row) => row.metric === metric));
    const base = cells.find((cell) => cell)?.a;
    return [
      aggregate === '' ? metric : `${aggregate}(${metric})`,
      unit,
      show(base),
      ...cells.map(
        (cell) => `${show(cell?.b)}${cell?.ratio === undefined ? '' : ` (${cell.ratio.toFixed(2)}x)`}`,
      ),
    ];
  });
  return tableOf(['metric', 'unit', first.backend, ...others.map(({ backend }) => backend)], rows);
}

function tableOf(head: string[], rows: string[][]): string {
  const table = new Table({ head, style: { head: [], border: [], compact: true } });
  table.push(...rows);
  return table.toString();
}
