/** Evaluates metric math over the series of other queries. Pure. */
import { applyOperator, FUNCTIONS, type MathRange } from './functions.ts';
import { type Expression, MathError } from './parse.ts';
import { mapPoints, mapSeries, scalar, type TimeSeries, type Value } from './values.ts';

export interface MathScope extends MathRange {
  /** The value of another query. @throws MathError when there is none of that id */
  valueFor(id: string): Value;
  /** The series of all queries that are metrics, with their ids. */
  metrics(): { id: string; series: TimeSeries }[];
}

/** Words that stand for themselves as arguments. */
const WORDS = new Set(['REPEAT', 'LINEAR', 'ASC', 'DESC', 'AVG', 'MAX', 'MIN', 'SUM', 'STDDEV']);
const NOT_SERVED = new Set([
  'SEARCH',
  'ANOMALY_DETECTION_BAND',
  'INSIGHT_RULE_METRIC',
  'LAMBDA',
  'DB_PERF_INSIGHTS',
]);

/** @throws MathError */
export function evaluateMath(expression: Expression, scope: MathScope): Value {
  switch (expression.kind) {
    case 'number':
      return scalar(expression.value);
    case 'text':
      return { kind: 'text', value: expression.value };
    case 'name':
      if (WORDS.has(expression.name.toUpperCase()))
        return { kind: 'text', value: expression.name.toUpperCase() };
      return scope.valueFor(expression.name);
    case 'list':
      return { kind: 'list', items: expression.items.flatMap((item) => seriesOf(evaluateMath(item, scope))) };
    case 'negate': {
      const value = evaluateMath(expression.of, scope);
      if (value.kind === 'scalar') return scalar(-value.value);
      return mapSeries(value, (series) => mapPoints(series, (point) => -point));
    }
    case 'binary':
      return applyOperator(
        expression.operator,
        evaluateMath(expression.left, scope),
        evaluateMath(expression.right, scope),
      );
    case 'call':
      return call(expression.name, expression.given, scope);
  }
}

function seriesOf(value: Value): TimeSeries[] {
  if (value.kind === 'series') return [value];
  if (value.kind === 'list') return value.items;
  throw new MathError('Expected time series');
}

function call(name: string, given: readonly Expression[], scope: MathScope): Value {
  if (NOT_SERVED.has(name)) throw new MathError(`The function ${name} is not served`);
  const values = given.map((one) => evaluateMath(one, scope));
  if (name === 'METRICS') return allMetrics(values, scope);
  if (name === 'SLICE') return slice(values);
  if (name === 'SORT') return sort(values);
  const known = FUNCTIONS.get(name);
  if (!known) throw new MathError(`Unknown function '${name}'`);
  return known(values, scope);
}

/** `METRICS()`, or those whose id contains a text. */
function allMetrics(values: readonly Value[], scope: MathScope): Value {
  const part = values[0]?.kind === 'text' ? values[0].value : '';
  return {
    kind: 'list',
    items: scope.metrics().flatMap(({ id, series }) => (id.includes(part) ? [series] : [])),
  };
}

function slice([list, from, to]: readonly Value[]): Value {
  if (list?.kind !== 'list' || from?.kind !== 'scalar') throw new MathError('SLICE takes a list and numbers');
  return { kind: 'list', items: list.items.slice(from.value, to?.kind === 'scalar' ? to.value : undefined) };
}

/** `SORT(METRICS(), AVG, DESC, 10)` */
function sort([list, by, order, count]: readonly Value[]): Value {
  if (list?.kind !== 'list' || by?.kind !== 'text')
    throw new MathError('SORT takes a list, a function and an order');
  const measure = FUNCTIONS.get(by.value);
  if (!measure) throw new MathError(`Unknown function '${by.value}'`);
  const weight = (series: TimeSeries) => {
    const value = measure([series], { startMs: 0, endMs: 0 });
    return value.kind === 'scalar' && Number.isFinite(value.value) ? value.value : Number.NEGATIVE_INFINITY;
  };
  const sign = order?.kind === 'text' && order.value === 'DESC' ? -1 : 1;
  const items = [...list.items].sort((a, b) => sign * (weight(a) - weight(b)));
  return { kind: 'list', items: count?.kind === 'scalar' ? items.slice(0, count.value) : items };
}
