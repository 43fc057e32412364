/**
 * AWS/Lambda metrics: for the account, each function, each version or alias it was called by, and the version that
 * a weighted alias chose.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
 */
import type { MetricPoint, MetricsPort } from '../../ports.ts';

/** Whom metrics are about: the function as it was called. */
export interface MeteredTarget {
  functionName: string;
  /** Version or alias it was called by. */
  qualifier?: string | undefined;
  executedVersion: string;
}

export class FunctionMetrics {
  readonly #metrics: MetricsPort;
  readonly #nowMs: () => number;
  /** The same objects for the same target: the store knows them again. */
  readonly #dimensions = new Map<string, DimensionSet[]>();

  constructor(metrics: MetricsPort, nowMs: () => number) {
    this.#metrics = metrics;
    this.#nowMs = nowMs;
  }

  /** An invocation came to its end; `concurrent` ran at the same time when it began, itself included. */
  ended(
    target: MeteredTarget,
    { durationMs, isError, concurrent }: { durationMs: number; isError: boolean; concurrent: number },
  ): void {
    this.#put(target, {
      Invocations: ['Count', 1],
      Errors: ['Count', isError ? 1 : 0],
      Throttles: ['Count', 0],
      Duration: ['Milliseconds', durationMs],
      ConcurrentExecutions: ['Count', concurrent],
    });
  }

  throttled(target: MeteredTarget): void {
    this.#put(target, { Throttles: ['Count', 1] });
  }

  #put(target: MeteredTarget, values: { [name: string]: [unit: string, value: number] }): void {
    const timestampMs = this.#nowMs();
    const sets = this.#dimensionsOf(target);
    this.#metrics.putMetrics(
      Object.entries(values).flatMap(([name, [unit, value]]) =>
        sets.map(
          (dimensions): MetricPoint => ({
            namespace: 'AWS/Lambda',
            name,
            dimensions,
            unit,
            timestampMs,
            values: [value],
          }),
        ),
      ),
    );
  }

  #dimensionsOf(target: MeteredTarget): DimensionSet[] {
    const key = JSON.stringify([target.functionName, target.qualifier ?? null, target.executedVersion]);
    const sets = this.#dimensions.get(key) ?? dimensionsOf(target);
    if (this.#dimensions.size >= MAX_TARGETS) this.#dimensions.clear();
    this.#dimensions.set(key, sets);
    return sets;
  }
}

/** Targets whose dimensions are kept. */
const MAX_TARGETS = 1000;

type DimensionSet = MetricPoint['dimensions'];

function dimensionsOf({ functionName, qualifier, executedVersion }: MeteredTarget) {
  const named = { FunctionName: functionName };
  const resource = qualifier === undefined ? functionName : `${functionName}:${qualifier}`;
  const sets: DimensionSet[] = [{}, named, { ...named, Resource: resource }];
  if (qualifier !== undefined && qualifier !== executedVersion) {
    sets.push({ ...named, Resource: resource, ExecutedVersion: executedVersion });
  }
  return sets;
}
