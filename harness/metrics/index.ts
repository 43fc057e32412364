/** Registry of metrics: what thresholds may name and reports may show. */
import { nearestName } from '../core/nearest-name.ts';
import { batches } from '../packs/redshift/metrics/batches.ts';
import { cpuTime } from '../packs/redshift/metrics/cpu-time.ts';
import { phases } from '../packs/redshift/metrics/phases.ts';
import { predictionMetrics } from '../packs/redshift/metrics/prediction-quality.ts';
import { samplesPerSecond } from '../packs/redshift/metrics/samples-per-second.ts';
import { secondsPerBatch } from '../packs/redshift/metrics/seconds-per-batch.ts';
import { throughput } from '../packs/redshift/metrics/throughput.ts';
import type { Capability } from '../record/capability.ts';
import { statesOf } from '../record/definition-states.ts';
import type { RunRecord } from '../record/run-record.ts';
import { billedDuration } from './billed-duration.ts';
import { coldStarts } from './cold-starts.ts';
import { costMetrics } from './cost/index.ts';
import { coverageMetrics } from './coverage.ts';
import { emittedMetric, emittedMetrics } from './emitted.ts';
import { errorRate } from './error-rate.ts';
import { executionDuration } from './execution-duration.ts';
import { functionDurations } from './function-duration.ts';
import { gbSeconds } from './gb-seconds.ts';
import { harnessMemory } from './harness-memory.ts';
import { initDuration } from './init-duration.ts';
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

export const metrics: readonly Metric[] = [
  executionDuration,
  mapRunDuration,
  ...functionDurations,
  billedDuration,
  initDuration,
  coldStarts,
  waitedForCore,
  batches,
  secondsPerBatch,
  samplesPerSecond,
  throughput,
  cpuTime,
  ...phases,
  peakMemory,
  gbSeconds,
  errorRate,
  ...costMetrics,
  ...predictionMetrics,
  harnessMemory,
  ...overheadMetrics,
  ...coverageMetrics,
];

const byName = new Map(metrics.map((metric) => [metric.name, metric]));

/** What the reference lists: all of them, and those that a name of one's own completes. */
export const documentedMetrics: readonly Metric[] = [...metrics, ...documentedStateMetrics];

/**
 * Every metric that a run may have values of: the registered ones, those its functions reported themselves, and
 * those of its machines' states.
 */
export function metricsOf(record: RunRecord): Metric[] {
  const states = new Set(record.executions.flatMap(({ definition }) => [...statesOf(definition)]));
  const ofStates = [...states].flatMap((state) =>
    stateFigures.map((figure) => stateMetric(state, figure, renderMetric(['state', state, figure]))),
  );
  return [...metrics, ...emittedMetrics(record), ...ofStates];
}

/** An expression with the metric it names. */
export interface ResolvedExpression extends MetricExpression {
  definition: Metric;
  /** Unit of the outcome: `count` has none; `undefined` where only a run tells it (`emf.`). */
  unit: string | undefined;
}

/** Parses an expression and finds its metric; throws `ExpressionError` with what is wrong and what is known. */
export function resolveExpression(text: string): ResolvedExpression {
  const expression = parseExpression(text);
  const [head, ...rest] = metricParts(expression.metric);
  const definition =
    head === 'state' && rest.length > 0
      ? metricOfState(expression.metric)
      : (byName.get(expression.metric) ?? emittedMetric(expression.metric));
  if (!definition) {
    const near = nearestName(expression.metric, byName.keys());
    throw new ExpressionError(
      `"${expression.metric}" is no metric${near ? `; did you mean "${near}"` : ''}`,
      Math.max(0, text.indexOf(expression.metric)),
    );
  }
  if (definition.cardinality === 'many' && expression.aggregate === undefined) {
    throw new ExpressionError(
      `"${expression.metric}" has many values and needs an aggregate, such as p95(${expression.metric})`,
      0,
    );
  }
  if (expression.aggregate === 'count') return { ...expression, definition, unit: '' };
  return { ...expression, definition, unit: definition.unitOf ? undefined : definition.unit };
}

/** Unit of an expression's value for a run. */
export function unitFor({ unit, definition }: ResolvedExpression, record: RunRecord): string {
  return unit ?? definition.unitOf?.(record) ?? '';
}

/** `state.NAME.FIGURE`. @throws ExpressionError with the figures there are */
function metricOfState(metric: string): Metric {
  const [, state = '', figure = '', ...rest] = metricParts(metric);
  if (rest.length === 0 && stateFigures.includes(figure)) return stateMetric(state, figure, metric);
  const near = nearestName(figure, stateFigures);
  throw new ExpressionError(
    `"${metric}" is no metric: of a state there are ${stateFigures.join(', ')}${near ? `; did you mean "${near}"` : ''}. A name of several words is quoted, as in state."Model Inference".duration`,
    0,
  );
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
