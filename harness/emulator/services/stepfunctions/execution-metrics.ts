/**
 * AWS/States metrics of executions.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
 */
import type { MetricPoint } from '../ports.ts';
import type { Execution } from './store/execution.ts';

const ENDED: { readonly [status: string]: string } = {
  SUCCEEDED: 'ExecutionsSucceeded',
  FAILED: 'ExecutionsFailed',
  TIMED_OUT: 'ExecutionsTimedOut',
  ABORTED: 'ExecutionsAborted',
};

/** What the present status of an execution adds; children of Map Runs are counted by their Map Run alone. */
export function executionMetrics(execution: Execution, timestampMs: number): MetricPoint[] {
  if (execution.mapRun) return [];
  const point = (name: string, unit: string, value: number): MetricPoint => ({
    namespace: 'AWS/States',
    name,
    dimensions: { StateMachineArn: execution.machine.arn },
    unit,
    timestampMs,
    values: [value],
  });
  const ended = ENDED[execution.status];
  if (ended === undefined) {
    return execution.status === 'RUNNING' ? [point('ExecutionsStarted', 'Count', 1)] : [];
  }
  const tookMs = timestampMs - (execution.redrivenAtMs ?? execution.startedAtMs);
  return [point(ended, 'Count', 1), point('ExecutionTime', 'Milliseconds', tookMs)];
}
