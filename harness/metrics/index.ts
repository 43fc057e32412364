/** Registry of metrics: what thresholds may name and reports may show. */
import { nearestName } from '../core/nearest-name.ts';
import { PackParts } from '../core/pack-parts.ts';
import type { Capability } from '../record/capability.ts';
import { statesOf } from '../record/definition-states.ts';
import type { RunRecord } from '../record/run-record.ts';
import { coldStarts } from './cold-starts.ts';
import { costMetrics, documentedFunctionCost, functionCostMetric } from './cost/index.ts';
import { coverageMetrics } from './coverage.ts';
import { duration } from './duration.ts';
import { emittedMetric, emittedMetrics } from './emitted.ts';
import { errorRate } from './error-rate.ts';
import { executionDuration } from './execution-duration.ts';
import { documentedFunctionMetrics, functionFigures, functionMetric } from './function-figures.ts';
import { gbSeconds } from './gb-seconds.ts';
import { harnessMemory } from './harness-memory.ts';
import { functionsOf } from './invocations.ts';
import { mapRunDuration } from './map-run-duration.ts';
import type { Metric } from './metric.ts';
import { overheadMetrics } from './overhead.ts';
import { peakMemory } from './peak-memory.ts';
import { documentedStateMetrics, stateFigures, stateMetric } from './state-figures.ts';
import {
  aggregate,
  ExpressionError,
  type MetricExpression,
  metricParts,
  parseExpression,
  renderMetric,
} from './threshold.ts';
import { waitedForCore } from './waited-for-core.ts';

/** Metrics of every project. */
const GENERIC: readonly Metric[] = [
  executionDuration,
  mapRunDuration,
  duration,
  peakMemory,
  coldStarts,
  waitedForCore,
  gbSeconds,
  errorRate,
  ...costMetrics,
  harnessMemory,
  ...overheadMetrics,
  ...coverageMetrics,
];

/** Metrics that packs add. */
export const packMetrics = new PackParts<readonly Metric[]>();

/** All metrics of a project's pack, or of projects without one. */
export function metricsFor(pack: string | undefined): readonly Metric[] {
  return [...GENERIC, ...(packMetrics.of(pack) ?? [])];
}

/** What the reference lists: all of them, and those that a name of one's own completes. */
export const documentedMetrics = (pack: string | undefined): readonly Metric[] => [
  ...metricsFor(pack),
  ...documentedFunctionMetrics,
  documentedFunctionCost,
  ...documentedStateMetrics,
];

/**
 * Every metric that a run may have values of: the registered ones, those of its functions, those its functions
 * reported themselves, and those of its machines' states.
 */
export function metricsOf(record: RunRecord): Metric[] {
  const states = new Set(record.executions.flatMap(({ definition }) => [...statesOf(definition)]));
  const ofStates = [...states].flatMap((state) =>
    stateFigures.map((figure) => stateMetric(state, figure, renderMetric(['state', state, figure]))),
  );
  const ofFunctions = functionsOf(record).flatMap((name) => [
    ...functionFigures.map((figure) =>
      functionMetric(name, figure, renderMetric(['function', name, figure])),
    ),
    functionCostMetric(name),
  ]);
  return [...metricsFor(record.pack), ...ofFunctions, ...emittedMetrics(record), ...ofStates];
}

/** An expression with the metric it names. */
export interface ResolvedExpression extends MetricExpression {
  definition: Metric;
  /** Unit of the outcome: `count` has none; `undefined` where only a run tells it (`emf.`). */
  unit: string | undefined;
}

/**
 * Parses an expression and finds its metric, among those of the pack too.
 * @throws ExpressionError with what is wrong and what is known
 */
export function resolveExpression(text: string, pack?: string): ResolvedExpression {
  const expression = parseExpression(text);
  const { metric, aggregate } = expression;
  const definition = named(metric) ?? metricsFor(pack).find(({ name }) => name === metric);
  if (!definition) {
    const near = nearestName(
      metric,
      metricsFor(pack).map(({ name }) => name),
    );
    throw new ExpressionError(
      `"${metric}" is no metric${near ? `; did you mean "${near}"` : ''}`,
      Math.max(0, text.indexOf(metric)),
    );
  }
  if (definition.cardinality === 'many' && aggregate === undefined) {
    throw new ExpressionError(
      `"${metric}" has many values and needs an aggregate, such as p95(${metric})`,
      0,
    );
  }
  if (aggregate === 'count') return { ...expression, definition, unit: '' };
  return { ...expression, definition, unit: definition.unitOf ? undefined : definition.unit };
}

/** A metric that a name of one's own completes; `undefined` for any other. @throws ExpressionError */
function named(metric: string): Metric | undefined {
  const [head, name, ...rest] = metricParts(metric);
  if (head === 'cost' && name === 'function' && rest.length === 1) return functionCostMetric(rest[0]!);
  if (name === undefined) return undefined;
  const figure = rest.length === 1 ? rest[0]! : rest.join('.');
  if (head === 'state') {
    if (stateFigures.includes(figure)) return stateMetric(name, figure, metric);
    throw unknownFigure(metric, 'state', figure, stateFigures);
  }
  if (head === 'function') {
    if (functionFigures.includes(figure)) return functionMetric(name, figure, metric);
    throw unknownFigure(metric, 'function', figure, functionFigures);
  }
  return emittedMetric(metric);
}

function unknownFigure(
  metric: string,
  kind: 'state' | 'function',
  figure: string,
  figures: readonly string[],
): ExpressionError {
  const near = nearestName(figure, figures);
  return new ExpressionError(
    `"${metric}" is no metric: of a ${kind} there are ${figures.join(', ')}${near ? `; did you mean "${near}"` : ''}. A name with hyphens or spaces is quoted, as in ${kind}."my ${kind}".duration`,
    0,
  );
}

/** The state or function of the project that an expression is about, if it is about one. */
export function subjectOf(text: string): { kind: 'state' | 'function'; name: string } | undefined {
  try {
    const parts = metricParts(parseExpression(text).metric);
    const [kind, name] = parts[0] === 'cost' && parts[1] === 'function' ? parts.slice(1) : parts;
    return (kind === 'state' || kind === 'function') && name !== undefined ? { kind, name } : undefined;
  } catch (error) {
    // What is wrong with an expression is told where metrics are checked.
    if (error instanceof ExpressionError) return undefined;
    throw error;
  }
}

/** Unit of an expression's value for a run. */
export function unitFor({ unit, definition }: ResolvedExpression, record: RunRecord): string {
  return unit ?? definition.unitOf?.(record) ?? '';
}

/** What a metric needs of the backend for its values to be evidence. */
export function metricNeeds({ needs = [], needsOf }: Metric, record: RunRecord): readonly Capability[] {
  return [...needs, ...(needsOf?.(record) ?? [])];
}

/** The value of an expression for a run; `undefined` when there is no evidence for it. */
export function evaluateExpression(expression: ResolvedExpression, record: RunRecord): number | undefined {
  const values = expression.definition.values(record);
  if (values.length === 0) return undefined;
  return expression.aggregate === undefined ? values[0] : aggregate(expression.aggregate, values);
}
