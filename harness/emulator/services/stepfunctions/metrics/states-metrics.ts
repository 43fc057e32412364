/**
 * Metrics of the namespace AWS/States. Values are collected during a turn of the event loop and handed to CloudWatch
 * after it, so that a Map Run of thousands of children costs one value per child and not one metric.
 *
 * Not served: ServiceMetric and APIName throttling (`ThrottledEvents`, `ConsumedCapacity`), counts of versions and
 * aliases, and the metrics of AWS/Usage.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
 */

import type { HistoryEvent } from '../../../../asl/history.ts';
import { afterThisTurn } from '../../../../core/after-this-turn.ts';
import type { MetricPoint, MetricsPort } from '../../ports.ts';
import { billingOf } from '../billing.ts';
import type { Execution } from '../store/execution.ts';
import { type OpenTasks, taskValues } from './task-values.ts';

export type DimensionSet = MetricPoint['dimensions'];

/** Without dimensions: the whole account in its region. */
const ACCOUNT: DimensionSet = {};

/** Resources whose dimensions are kept: the store knows the same object again. */
const MAX_RESOURCES = 1_000;

const ENDED: { readonly [status: string]: string } = {
  SUCCEEDED: 'ExecutionsSucceeded',
  FAILED: 'ExecutionsFailed',
  TIMED_OUT: 'ExecutionsTimedOut',
  ABORTED: 'ExecutionsAborted',
};

interface Pending {
  unit: string;
  timestampMs: number;
  values: number[];
}

export class StatesMetrics {
  readonly #metrics: MetricsPort;
  readonly #nowMs: () => number;
  readonly #dimensions = new Map<string, DimensionSet>();
  #pending = new Map<DimensionSet, Map<string, Pending>>();
  #openExecutions = 0;

  constructor(metrics: MetricsPort, nowMs: () => number) {
    this.#metrics = metrics;
    this.#nowMs = nowMs;
  }

  /** The status of an execution has changed. Children of Map Runs are counted by their Map Run alone. */
  executionChanged(execution: Execution): void {
    if (execution.mapRun) return;
    const sets = this.#executionSets(execution);
    const redriven = execution.redriveCount > 0;
    const ended = ENDED[execution.status];
    if (ended === undefined) {
      if (execution.status !== 'RUNNING') return;
      this.#add(sets, redriven ? 'ExecutionsRedriven' : 'ExecutionsStarted', 1);
    } else {
      this.#add(sets, ended, 1);
      if (redriven) this.#add(sets, `Redriven${ended}`, 1);
      const startedAtMs = execution.redrivenAtMs ?? execution.startedAtMs;
      this.#add(sets, 'ExecutionTime', this.#nowMs() - startedAtMs, 'Milliseconds');
    }
    if (execution.type === 'EXPRESS') {
      if (ended !== undefined) this.#expressEnded(execution, sets);
      return;
    }
    this.#openExecutions += ended === undefined ? 1 : -1;
    this.#add([ACCOUNT], 'OpenExecutionCount', Math.max(0, this.#openExecutions));
  }

  /** A state had to wait for the account's rate of transitions. */
  throttled(execution: Execution): void {
    this.#add(this.#executionSets(execution), 'ExecutionThrottled', 1);
  }

  /** How many Map Runs are open, and how many wait for the quota. */
  mapRuns({ open, waiting, most }: { open: number; waiting: number; most: number }): void {
    this.#add([ACCOUNT], 'ApproximateOpenMapRunCount', open);
    if (Number.isFinite(most)) this.#add([ACCOUNT], 'OpenMapRunLimit', most);
    if (waiting > 0) this.#add([ACCOUNT], 'ApproximateMapRunBacklogSize', waiting);
  }

  /** An event of a task. `open` belongs to the execution and is changed; `heartbeat`: a missing one ended the task. */
  taskEvent(open: OpenTasks, event: HistoryEvent, heartbeat: boolean): void {
    const values = taskValues(open, event, heartbeat);
    if (!values) return;
    const sets = [ACCOUNT, this.#setOf(values.dimension, values.arn)];
    for (const name of values.counts) this.#add(sets, name, 1);
    for (const [name, durationMs] of values.times) this.#add(sets, name, durationMs, 'Milliseconds');
  }

  #expressEnded(execution: Execution, sets: readonly DimensionSet[]): void {
    const { billedDurationInMilliseconds, billedMemoryUsedInMB } = billingOf(execution, this.#nowMs());
    this.#add(sets, 'ExpressExecutionBilledDuration', billedDurationInMilliseconds, 'Milliseconds');
    this.#add(sets, 'ExpressExecutionBilledMemory', billedMemoryUsedInMB, 'Megabytes');
  }

  /** The account, the machine, and the version and alias that started the execution. */
  #executionSets({ machine, versionArn, aliasArn }: Execution): DimensionSet[] {
    const sets = [ACCOUNT, this.#setOf('StateMachineArn', machine.arn)];
    if (versionArn !== undefined)
      sets.push(this.#setOf('StateMachineArn', machine.arn, 'Version', versionArn));
    if (aliasArn !== undefined) sets.push(this.#setOf('StateMachineArn', machine.arn, 'Alias', aliasArn));
    return sets;
  }

  #setOf(name: string, arn: string, part?: 'Version' | 'Alias', partArn = ''): DimensionSet {
    const key = `${name} ${arn} ${partArn}`;
    let set = this.#dimensions.get(key);
    if (!set) {
      set = { [name]: arn, ...(part && { [part]: partArn.slice(partArn.lastIndexOf(':') + 1) }) };
      if (this.#dimensions.size >= MAX_RESOURCES) this.#dimensions.clear();
      this.#dimensions.set(key, set);
    }
    return set;
  }

  #add(sets: readonly DimensionSet[], name: string, value: number, unit = 'Count'): void {
    const timestampMs = this.#nowMs();
    if (this.#pending.size === 0) afterThisTurn(() => this.#flush());
    for (const set of sets) {
      let named = this.#pending.get(set);
      if (!named) {
        named = new Map();
        this.#pending.set(set, named);
      }
      const known = named.get(name);
      if (known) known.values.push(value);
      else named.set(name, { unit, timestampMs, values: [value] });
    }
  }

  #flush(): void {
    const pending = this.#pending;
    this.#pending = new Map();
    const points: MetricPoint[] = [];
    for (const [dimensions, named] of pending)
      for (const [name, rest] of named) points.push({ namespace: 'AWS/States', name, dimensions, ...rest });
    this.#metrics.putMetrics(points);
  }
}
