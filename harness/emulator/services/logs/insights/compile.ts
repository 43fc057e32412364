/** Expressions as functions of a row. Pure. */
import { LinearRegExp } from '../../../../core/linear-regexp.ts';
import { AGGREGATES, type Aggregate } from './aggregates.ts';
import { FUNCTIONS } from './functions.ts';
import type { Row } from './row.ts';
import type { Expression } from './syntax.ts';
import { compare, equals, isTrue, numberOf, textOf, type Value } from './values.ts';

export type RowFunction = (row: Row) => Value;

const ARITHMETIC: { readonly [operator: string]: (a: number, b: number) => number } = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '^': (a, b) => a ** b,
};

const ORDER: { readonly [operator: string]: (difference: number) => boolean } = {
  '<': (difference) => difference < 0,
  '<=': (difference) => difference <= 0,
  '>': (difference) => difference > 0,
  '>=': (difference) => difference >= 0,
};

/** `nowMs` is the time of the query, milliseconds since the epoch. */
export function compile(expression: Expression, nowMs: number): RowFunction {
  switch (expression.kind) {
    case 'literal':
      return () => expression.value;
    case 'duration':
      return () => expression.ms;
    case 'field':
      return (row) => row.get(expression.name);
    case 'regex':
      return () => expression.source;
    case 'list':
      return () => undefined;
    case 'unary': {
      const of = compile(expression.of, nowMs);
      if (expression.operator === 'not') return (row) => !isTrue(of(row));
      return (row) => {
        const number = numberOf(of(row));
        return number === undefined ? undefined : -number;
      };
    }
    case 'binary':
      return compileBinary(expression, nowMs);
    case 'call': {
      const known = FUNCTIONS.get(expression.name);
      const given = expression.given.map((one) => compile(one, nowMs));
      return (row) =>
        known?.(
          given.map((one) => one(row)),
          { timestampMs: row.timestampMs, nowMs },
        );
    }
  }
}

function compileBinary(
  { operator, left, right }: Extract<Expression, { kind: 'binary' }>,
  nowMs: number,
): RowFunction {
  const a = compile(left, nowMs);
  if (operator === 'in') {
    const items = right.kind === 'list' ? right.items.map((item) => compile(item, nowMs)) : [];
    return (row) => {
      const value = a(row);
      return items.some((item) => equals(value, item(row)));
    };
  }
  if (operator === 'like' || operator === '=~') return compileLike(a, operator, right, nowMs);
  const b = compile(right, nowMs);
  switch (operator) {
    case 'and':
      return (row) => isTrue(a(row)) && isTrue(b(row));
    case 'or':
      return (row) => isTrue(a(row)) || isTrue(b(row));
    case '=':
      return (row) => equals(a(row), b(row));
    case '!=':
      return (row) => {
        const [x, y] = [a(row), b(row)];
        return x !== undefined && y !== undefined && !equals(x, y);
      };
  }
  const order = ORDER[operator];
  if (order) {
    return (row) => {
      const [x, y] = [a(row), b(row)];
      return x !== undefined && y !== undefined && order(compare(x, y));
    };
  }
  const arithmetic = ARITHMETIC[operator]!;
  return (row) => {
    const [x, y] = [numberOf(a(row)), numberOf(b(row))];
    const result = x === undefined || y === undefined ? undefined : arithmetic(x, y);
    return result !== undefined && Number.isFinite(result) ? result : undefined;
  };
}

/** A regular expression is searched for, a text must be contained. */
function compileLike(a: RowFunction, operator: string, right: Expression, nowMs: number): RowFunction {
  if (right.kind === 'regex' || (operator === '=~' && right.kind === 'literal')) {
    const source = right.kind === 'regex' ? right.source : String(right.value);
    const pattern = new LinearRegExp(source, right.kind === 'regex' ? right.flags : '');
    return (row) => {
      const text = textOf(a(row));
      return text !== undefined && pattern.test(text);
    };
  }
  const b = compile(right, nowMs);
  return (row) => {
    const [text, part] = [textOf(a(row)), textOf(b(row))];
    return text !== undefined && part !== undefined && text.includes(part);
  };
}

/** An expression over a group of rows: its aggregations are fed row by row. */
export interface GroupValue {
  add(row: Row): void;
  result(): Value;
}

/** Makes a new group's value each time it is called. */
export function compileGroup(expression: Expression, nowMs: number): () => GroupValue {
  if (expression.kind === 'call') {
    const create = AGGREGATES.get(expression.name);
    if (create)
      return () =>
        aggregated(
          create(),
          expression.given.map((one) => compile(one, nowMs)),
        );
    const known = FUNCTIONS.get(expression.name);
    const parts = expression.given.map((one) => compileGroup(one, nowMs));
    return () => composed(parts, (values) => known?.(values, { timestampMs: 0, nowMs }));
  }
  if (expression.kind === 'binary' || expression.kind === 'unary') {
    const given = expression.kind === 'binary' ? [expression.left, expression.right] : [expression.of];
    const parts = given.map((one) => compileGroup(one, nowMs));
    const literals: Expression[] = given.map((_, i) => ({ kind: 'field', name: `_${i}` }));
    const over: Expression =
      expression.kind === 'binary'
        ? { ...expression, left: literals[0]!, right: literals[1]! }
        : { ...expression, of: literals[0]! };
    const join = compile(over, nowMs);
    return () =>
      composed(parts, (values) =>
        join({ get: (name: string) => values[Number(name.slice(1))], timestampMs: 0 } as unknown as Row),
      );
  }
  const constant = compile(expression, nowMs);
  return () => {
    let value: Value;
    return {
      add: (row) => {
        value ??= constant(row);
      },
      result: () => value,
    };
  };
}

function aggregated(aggregate: Aggregate, given: readonly RowFunction[]): GroupValue {
  return {
    add: (row) => aggregate.add(given.map((one) => one(row))),
    result: () => aggregate.result(),
  };
}

function composed(
  parts: readonly (() => GroupValue)[],
  join: (values: readonly Value[]) => Value,
): GroupValue {
  const own = parts.map((part) => part());
  return {
    add: (row) => {
      for (const part of own) part.add(row);
    },
    result: () => join(own.map((part) => part.result())),
  };
}
