import type { ChildRecord, ExecutionRecord, HistoryRecord, RunRecord } from '../../record/run-record.ts';
import { invocationsOf } from '../invocations.ts';
import type { PriceTable } from './prices.ts';

/** EXPRESS workflows are charged in steps of 64 MB and 100 ms; these small ones fit the first step of memory. */
const EXPRESS_MEMORY_GB = 64 / 1024;
const EXPRESS_STEP_MS = 100;

/** Transitions of STANDARD workflows; children of Distributed Maps included. */
export function transitionsOf(record: RunRecord): number {
  const parents = record.executions.reduce((total, one) => total + executionTransitions(one), 0);
  return parents + childTransitions(record);
}

/** Start, every state entered, and every retry ("each retry will be charged as an additional state transition"). */
function executionTransitions(execution: ExecutionRecord): number {
  return 1 + enteredAndRetried(execution.history);
}

function enteredAndRetried(history: readonly HistoryRecord[]): number {
  const entered = history.filter((event) => event.type.endsWith('StateEntered')).length;
  const tasks = history.filter((event) => event.type === 'TaskStateEntered').length;
  const attempts = history.filter((event) =>
    /^(Task|LambdaFunction|Activity)Scheduled$/.test(event.type),
  ).length;
  return entered + Math.max(0, attempts - tasks);
}

/**
 * A child's start, and its attempts at the one task it has, each of which is an invocation of inference. Where
 * the backend gave no invocations, one attempt per child.
 */
function childTransitions(record: RunRecord): number {
  const standard = childrenOf(record).filter((child) => !isExpress(child)).length;
  if (standard === 0) return 0;
  return standard + Math.max(standard, invocationsOf(record, 'inference').length);
}

const childrenOf = (record: RunRecord) => record.executions.flatMap((execution) => execution.children);
const isExpress = (child: ChildRecord) => child.executionArn.includes(':express:');

export function stepFunctionsCostUSD(record: RunRecord, prices: PriceTable): number {
  const express = childrenOf(record).filter(isExpress);
  const expressGbSeconds = express.reduce((total, child) => {
    const durationMs = (child.stoppedAtMs ?? child.startedAtMs) - child.startedAtMs;
    const steps = Math.max(1, Math.ceil(durationMs / EXPRESS_STEP_MS));
    return total + EXPRESS_MEMORY_GB * ((steps * EXPRESS_STEP_MS) / 1000);
  }, 0);
  return (
    transitionsOf(record) * prices.standardTransition.usd +
    express.length * prices.expressRequest.usd +
    expressGbSeconds * prices.expressGbSecond.usd
  );
}
