/**
 * The queries of GetMetricData and of alarms: metrics by statistic, and metric math over them. Pure over the store.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDataQuery.html
 */
import type { MetricDataQuery, MetricStat as SdkMetricStat } from '@aws-sdk/client-cloudwatch';
import { missingParameter, validationError } from '../errors.ts';
import { evaluateMath } from '../math/evaluate.ts';
import { type Expression, MathError, parseMath } from '../math/parse.ts';
import type { TimeSeries, Value } from '../math/values.ts';
import { type Metric, metricOf } from './metric.ts';
import type { MetricStore } from './metric-store.ts';
import { checkPeriod } from './period.ts';
import { alignedStart } from './series.ts';
import { statisticOf } from './statistics.ts';

export interface MetricStat {
  metric: Metric;
  periodSeconds: number;
  stat: string;
  unit?: string;
}

export interface MetricQuery {
  id: string;
  label?: string;
  returnData: boolean;
  periodSeconds?: number;
  of: { kind: 'metric'; metricStat: MetricStat } | { kind: 'expression'; text: string; tree: Expression };
}

export interface QueryResult {
  id: string;
  label: string;
  /** By time, ascending. */
  points: [number, number][];
  messages: { Code: string; Value: string }[];
}

export interface QueryRange {
  startMs: number;
  endMs: number;
}

/** Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
const MAX_QUERIES = 500;

/** Checks `MetricDataQueries` (or an alarm's `Metrics`). @throws AwsError */
export function parseQueries(given: readonly MetricDataQuery[], member: string): MetricQuery[] {
  if (given.length === 0 || given.length > MAX_QUERIES) {
    throw validationError(
      `The collection ${member} must not have a size less than 1 or greater than ${MAX_QUERIES}.`,
    );
  }
  const queries = given.map((query, i) => parseQuery(query, `${member}.member.${i + 1}`));
  const ids = queries.map(({ id }) => id);
  const twice = ids.find((id, i) => ids.indexOf(id) !== i);
  if (twice !== undefined) throw validationError(`The values for parameter id in ${member} are not unique.`);
  if (!queries.some(({ returnData }) => returnData)) {
    throw validationError('At least one of the MetricDataQueries must have ReturnData set to true.');
  }
  return queries;
}

function parseQuery(query: MetricDataQuery, path: string): MetricQuery {
  const { Id: id = '', Label: label, Period: periodSeconds, MetricStat: stat, Expression: text } = query;
  if (!/^[a-z]\w*$/.test(id)) {
    throw validationError(
      `The value ${id} for parameter ${path}.Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$.`,
    );
  }
  if ((stat === undefined) === (text === undefined)) {
    throw validationError(
      `The parameters ${path}.Expression and ${path}.MetricStat are mutually exclusive, and one of them is required.`,
    );
  }
  return {
    id,
    ...(label === undefined ? {} : { label }),
    ...(periodSeconds === undefined ? {} : { periodSeconds: checkPeriod(periodSeconds) }),
    returnData: query.ReturnData ?? true,
    of:
      stat === undefined
        ? { kind: 'expression', text: text!, tree: parseExpression(id, text!) }
        : { kind: 'metric', metricStat: parseStat(stat, `${path}.MetricStat`) },
  };
}

function parseStat(
  { Metric: given = {}, Period, Stat: stat = '', Unit }: SdkMetricStat,
  path: string,
): MetricStat {
  if (!statisticOf(stat))
    throw validationError(`The value ${stat} for parameter ${path}.Stat is not supported.`);
  for (const member of ['Namespace', 'MetricName'] as const) {
    if (given[member] === undefined)
      throw missingParameter(`The parameter ${path}.Metric.${member} is required.`);
  }
  return {
    metric: metricOf(given),
    periodSeconds: checkPeriod(Period ?? 60),
    stat,
    ...(Unit === undefined ? {} : { unit: Unit }),
  };
}

function parseExpression(id: string, text: string): Expression {
  try {
    return parseMath(text);
  } catch (error) {
    throw inExpression(id, error);
  }
}

function inExpression(id: string, error: unknown): unknown {
  return error instanceof MathError
    ? validationError(`Error in expression '${id}': ${error.message}.`)
    : error;
}

/** Evaluates queries over one stretch of time: all of them, in their order. @throws AwsError */
export function runQueries(
  store: MetricStore,
  queries: readonly MetricQuery[],
  range: QueryRange,
): QueryResult[] {
  const byId = new Map(queries.map((query) => [query.id, query]));
  const generatedLabel = labelsOf(queries);
  const known = new Map<string, Value>();
  const messages = new Map<string, QueryResult['messages']>();
  const open = new Set<string>();

  const valueFor = (id: string): Value => {
    const done = known.get(id);
    if (done) return done;
    const query = byId.get(id);
    if (!query) throw new MathError(`Undefined variable '${id}'`);
    if (open.has(id)) throw new MathError(`Circular reference to '${id}'`);
    open.add(id);
    const value = evaluate(query);
    open.delete(id);
    known.set(id, value);
    return value;
  };
  const evaluate = (query: MetricQuery): Value => {
    if (query.of.kind === 'metric') {
      const found = readMetric(store, query.of.metricStat, range);
      if (found.message) messages.set(query.id, [found.message]);
      return { ...found.series, label: query.label ?? generatedLabel(query) };
    }
    return evaluateMath(query.of.tree, {
      ...range,
      valueFor,
      metrics: () =>
        queries.flatMap(({ id, of }) => {
          const value = of.kind === 'metric' ? valueFor(id) : undefined;
          return value?.kind === 'series' ? [{ id, series: value }] : [];
        }),
    });
  };
  return queries.flatMap((query) => {
    try {
      return render(query, valueFor(query.id), messages.get(query.id) ?? [], generatedLabel);
    } catch (error) {
      throw inExpression(query.id, error);
    }
  });
}

/**
 * Labels of queries that give none: of a metric its name, with the statistic and the period (seconds) where the metrics
 * of the request differ in them (recorded); of an expression its id.
 */
function labelsOf(queries: readonly MetricQuery[]): (query: MetricQuery) => string {
  const stats = queries.flatMap(({ of }) => (of.kind === 'metric' ? [of.metricStat] : []));
  const differs = (values: readonly unknown[]) => new Set(values).size > 1;
  const byStat = differs(stats.map(({ stat }) => stat));
  const byPeriod = differs(stats.map(({ periodSeconds }) => periodSeconds));
  return ({ id, of }) => {
    if (of.kind === 'expression') return id;
    const { metric, stat, periodSeconds } = of.metricStat;
    return [metric.name, ...(byStat ? [stat] : []), ...(byPeriod ? [periodSeconds] : [])].join(' ');
  };
}

function render(
  query: MetricQuery,
  value: Value,
  messages: QueryResult['messages'],
  labelOf: (query: MetricQuery) => string,
): QueryResult[] {
  if (!query.returnData) return [];
  if (value.kind === 'scalar' || value.kind === 'text') {
    throw new MathError('The expression must result in a time series');
  }
  const items = value.kind === 'list' ? value.items : [value];
  return items.map((series) => ({
    id: query.id,
    label: query.label ?? (value.kind === 'list' && series.label !== '' ? series.label : labelOf(query)),
    points: [...series.points],
    messages,
  }));
}

/** The series of one metric. Where it came in several units and none is asked for, the first by name counts. */
export function readMetric(
  store: MetricStore,
  { metric, periodSeconds, stat, unit }: MetricStat,
  range: QueryRange,
): {
  series: TimeSeries;
  unit?: string;
  samples: Map<number, number>;
  message?: { Code: string; Value: string };
} {
  const periodMs = periodSeconds * 1000;
  const series = store.find(metric);
  const window = { startMs: alignedStart(range.startMs, periodMs), endMs: range.endMs, periodMs };
  const units = (series?.units ?? []).filter((one) => series!.periods(one, window).length > 0);
  const chosen = unit ?? units[0];
  const points = new Map<number, number>();
  const samples = new Map<number, number>();
  const statistic = statisticOf(stat)!;
  for (const { startMs, bucket } of (chosen !== undefined && series?.periods(chosen, window)) || []) {
    const value = statistic(bucket);
    if (value === undefined) continue;
    points.set(startMs, value);
    samples.set(startMs, bucket.sampleCount);
  }
  return {
    series: { kind: 'series', label: metric.name, periodMs, points },
    samples,
    ...(chosen === undefined ? {} : { unit: chosen }),
    ...(unit === undefined && units.length > 1
      ? { message: { Code: 'MultipleUnits', Value: `Multiple units returned: '[${units.join(', ')}]'` } }
      : {}),
  };
}
