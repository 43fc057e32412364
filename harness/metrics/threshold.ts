/**
 * The grammar of threshold expressions:
 *
 *   expression := aggregate "(" metric ")" | figure "(" "function." part ")" | metric
 *   aggregate  := "p" number | "mean" | "median" | "min" | "max" | "sum" | "count"
 *   metric     := name { "." part }
 *   part       := name | '"' any text without quotes '"'
 *   name       := letter { letter | digit | "_" }
 *
 * `p95(function.Enrich.duration)`; a metric of many values needs an aggregate, one of a single value takes none. Names
 * with spaces or hyphens are quoted: `max(state."Save all".duration)`. `errorRate(function.Enrich)` is another way to
 * write `function.Enrich.errorRate`, for figures of a single value.
 */

import { isSingleFigure } from './function-figures.ts';

export type Aggregate = 'mean' | 'median' | 'min' | 'max' | 'sum' | 'count' | { percentile: number };

export interface MetricExpression {
  aggregate?: Aggregate;
  metric: string;
}

/** A mistake in an expression; `offset` counts characters from 0. */
export class ExpressionError extends Error {
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

export const aggregateNames = ['mean', 'median', 'min', 'max', 'sum', 'count'] as const;

/** Parses a metric expression; throws `ExpressionError`. */
export function parseExpression(text: string): MetricExpression {
  const scanner = new Scanner(text);
  const first = scanner.path();
  if (!scanner.take('(')) {
    scanner.end();
    return { metric: first.text };
  }
  const aggregate = aggregateOf(first.text);
  if (!aggregate && isSingleFigure(first.text)) {
    const metric = scanner.path();
    const parts = metricParts(metric.text);
    if (parts[0] !== 'function' || parts.length !== 2) {
      throw new ExpressionError(
        `"${first.text}(...)" takes a function, as in ${first.text}(function.NAME)`,
        metric.offset,
      );
    }
    scanner.close();
    return { metric: renderMetric([...parts, first.text]) };
  }
  if (!aggregate) {
    throw new ExpressionError(
      `"${first.text}" is no aggregate; use p50 to p99.9, ${aggregateNames.join(', ')}`,
      first.offset,
    );
  }
  const metric = scanner.path();
  scanner.close();
  return { aggregate, metric: metric.text };
}

/** The canonical text of an expression; `parseExpression` reads it back unchanged. */
export function renderExpression(expression: MetricExpression): string {
  const { aggregate, metric } = expression;
  if (aggregate === undefined) return metric;
  return `${typeof aggregate === 'string' ? aggregate : `p${aggregate.percentile}`}(${metric})`;
}

/** The parts of a metric's name, without quotes. */
export function metricParts(metric: string): string[] {
  return [...metric.matchAll(/"([^"]+)"|\w+/g)].map(([text, quoted]) => quoted ?? text);
}

/** The name of a metric from its parts; quotes only where they are needed. */
export function renderMetric(parts: readonly string[]): string {
  return parts.map((part) => (/^\w+$/.test(part) ? part : `"${part}"`)).join('.');
}

function aggregateOf(name: string): Aggregate | undefined {
  const percentile = /^p(\d{1,3}(?:\.\d+)?)$/.exec(name);
  if (percentile && Number(percentile[1]) <= 100) return { percentile: Number(percentile[1]) };
  return aggregateNames.find((known) => known === name);
}

class Scanner {
  offset = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** Names joined by dots. */
  path(): { text: string; offset: number } {
    this.#skipSpace();
    const match = /^[A-Za-z_]\w*(?:\.(?:\w+|"[^"]+"))*/.exec(this.#text.slice(this.offset));
    if (!match) throw new ExpressionError('the name of a metric is missing', this.offset);
    const found = { text: renderMetric(metricParts(match[0])), offset: this.offset };
    this.offset += match[0].length;
    this.#skipSpace();
    return found;
  }

  take(character: string): boolean {
    if (this.#text[this.offset] !== character) return false;
    this.offset++;
    this.#skipSpace();
    return true;
  }

  /** The closing parenthesis, and nothing after it. */
  close(): void {
    if (this.#text[this.offset] === '-') this.end();
    if (!this.take(')')) throw new ExpressionError('a ")" is missing', this.offset);
    this.end();
  }

  end(): void {
    if (this.#text[this.offset] === '-') {
      throw new ExpressionError(
        'a name with hyphens or spaces is quoted, as in function."my-function".duration',
        this.offset,
      );
    }
    if (this.offset < this.#text.length) {
      throw new ExpressionError(`"${this.#text.slice(this.offset)}" is too much`, this.offset);
    }
  }

  #skipSpace(): void {
    while (/\s/.test(this.#text[this.offset] ?? '')) this.offset++;
  }
}

/** Applies an aggregate; NaN when there are no values (but `count` and `sum`, which are 0). */
export function aggregate(kind: Aggregate, values: readonly number[]): number {
  if (kind === 'count') return values.length;
  if (kind === 'sum') return values.reduce((total, value) => total + value, 0);
  if (values.length === 0) return Number.NaN;
  if (kind === 'mean') return values.reduce((total, value) => total + value, 0) / values.length;
  if (kind === 'min') return values.reduce((a, b) => Math.min(a, b));
  if (kind === 'max') return values.reduce((a, b) => Math.max(a, b));
  return percentile(values, kind === 'median' ? 50 : kind.percentile);
}

/** Percentile by linear interpolation between closest ranks (NumPy's default). */
export function percentile(values: readonly number[], percent: number): number {
  return sortedPercentile(new Float64Array(values).sort(), percent);
}

/** The percentile of values in ascending order. */
export function sortedPercentile(sorted: ArrayLike<number>, percent: number): number {
  const rank = (percent / 100) * (sorted.length - 1);
  const low = sorted[Math.floor(rank)]!;
  const high = sorted[Math.ceil(rank)]!;
  return low + (high - low) * (rank - Math.floor(rank));
}
