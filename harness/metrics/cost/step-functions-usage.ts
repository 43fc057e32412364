import type { ChildRecord, HistoryRecord, RunRecord } from '../../record/run-record.ts';
import { stateNames } from '../../record/state-names.ts';
import { invocationsOf } from '../invocations.ts';
import { statesOfFunctions } from './states-of-functions.ts';
import type { UsageLine } from './usage-line.ts';

/** EXPRESS workflows are charged in steps of 64 MB and 100 ms; these small ones fit the first step of memory. */
const EXPRESS_MEMORY_GB = 64 / 1024;
const EXPRESS_STEP_MS = 100;

/**
 * Transitions of STANDARD workflows: the start, every state entered, and every retry ("each retry will be charged
 * as an additional state transition"); requests and GB-s of EXPRESS children. Children of Distributed Maps are
 * workflows of their own.
 */
export function stepFunctionsUsage(record: RunRecord): UsageLine[] {
  const parents = record.executions.flatMap(({ history }) => parentTransitions(history));
  return [...parents, ...standardChildren(record), ...expressChildren(record)];
}

const transitions = (state: string, quantity: number, scale: UsageLine['scale']): UsageLine => ({
  part: 'stepFunctions',
  price: 'standardTransition',
  quantity,
  state,
  scale,
});

function parentTransitions(history: readonly HistoryRecord[]): UsageLine[] {
  const names = stateNames(history);
  const counts = new Map<string, { entered: number; tasks: number; attempts: number }>();
  for (const event of history) {
    const name = names.get(event.id);
    if (name === undefined) continue;
    const count = counts.get(name) ?? { entered: 0, tasks: 0, attempts: 0 };
    counts.set(name, count);
    if (event.type.endsWith('StateEntered')) count.entered++;
    if (event.type === 'TaskStateEntered') count.tasks++;
    if (/^(Task|LambdaFunction|Activity)Scheduled$/.test(event.type)) count.attempts++;
  }
  return [
    transitions('', 1, 'execution'),
    ...[...counts].map(([state, { entered, tasks, attempts }]) =>
      transitions(state, entered + Math.max(0, attempts - tasks), 'execution'),
    ),
  ];
}

/**
 * A child's start, and its attempts at the one task it has, each of which is an invocation of inference. Where
 * the backend gave no invocations, one attempt per child.
 */
function standardChildren(record: RunRecord): UsageLine[] {
  const count = childrenOf(record).filter((child) => !isExpress(child)).length;
  if (count === 0) return [];
  const attempts = invocationsOf(record, 'inference');
  const name = attempts[0]?.functionName ?? 'inference';
  const { state } = statesOfFunctions(record)(name);
  return [transitions(state, count + Math.max(count, attempts.length), 'partition')];
}

function expressChildren(record: RunRecord): UsageLine[] {
  const express = childrenOf(record).filter(isExpress);
  if (express.length === 0) return [];
  const gbSeconds = express.reduce((total, child) => {
    const durationMs = (child.stoppedAtMs ?? child.startedAtMs) - child.startedAtMs;
    const steps = Math.max(1, Math.ceil(durationMs / EXPRESS_STEP_MS));
    return total + EXPRESS_MEMORY_GB * ((steps * EXPRESS_STEP_MS) / 1000);
  }, 0);
  const { state } = statesOfFunctions(record)(
    invocationsOf(record, 'inference')[0]?.functionName ?? 'inference',
  );
  const common = { part: 'stepFunctions', state, scale: 'partition' } as const;
  return [
    { ...common, price: 'expressRequest', quantity: express.length },
    { ...common, price: 'expressGbSecond', quantity: gbSeconds },
  ];
}

const childrenOf = (record: RunRecord) => record.executions.flatMap((execution) => execution.children);
const isExpress = (child: ChildRecord) => child.executionArn.includes(':express:');

/** Transitions of STANDARD workflows; children of Distributed Maps included. */
export function transitionsOf(record: RunRecord): number {
  return stepFunctionsUsage(record)
    .filter(({ price }) => price === 'standardTransition')
    .reduce((total, { quantity }) => total + quantity, 0);
}
