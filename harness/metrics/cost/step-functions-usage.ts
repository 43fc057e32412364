import { isJsonObject, type Json } from '../../core/json.ts';
import type { ChildRecord, HistoryRecord, RunRecord } from '../../record/run-record.ts';
import { stateNames } from '../../record/state-names.ts';
import { statesOfFunctions } from './states-of-functions.ts';
import type { UsageLine } from './usage-line.ts';

/** EXPRESS workflows are charged in steps of 64 MB and 100 ms; these small ones fit the first step of memory. */
const EXPRESS_MEMORY_GB = 64 / 1024;
const EXPRESS_STEP_MS = 100;

/**
 * Transitions of STANDARD workflows: the start, every state entered, and every retry ("each retry will be charged
 * as an additional state transition", https://aws.amazon.com/step-functions/pricing/); requests and GB-s of EXPRESS
 * children. A Distributed Map is charged one transition for each child that it starts, beside the child's own states
 * (https://docs.aws.amazon.com/step-functions/latest/dg/concepts-transitions.html, "Transitions in Distributed Map
 * state"): a STANDARD child of one task is two.
 */
export function stepFunctionsUsage(record: RunRecord): UsageLine[] {
  const parents = record.executions.flatMap(({ history }) => transitionsIn(history, 'execution'));
  return [...parents, ...standardChildren(record), ...expressChildren(record)];
}

const transitions = (state: string, quantity: number, scale: UsageLine['scale']): UsageLine => ({
  part: 'stepFunctions',
  price: 'standardTransition',
  quantity,
  state,
  scale,
});

/** Of the parents; `start`: the state that the start of the execution is counted for. */
function transitionsIn(
  history: readonly HistoryRecord[],
  scale: UsageLine['scale'],
  start = '',
): UsageLine[] {
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
    transitions(start, 1, scale),
    ...[...counts].map(([state, { entered, tasks, attempts }]) =>
      transitions(state, entered + Math.max(0, attempts - tasks), scale),
    ),
  ];
}

/**
 * A child's start and its own transitions, as its history tells. Of children without one every state of the Map's
 * processor counts once, and a task as often as its function was invoked.
 */
function standardChildren(record: RunRecord): UsageLine[] {
  const children = childrenOf(record).filter((child) => !isExpress(child));
  const told = children.flatMap(({ history }) =>
    history ? sumByState(transitionsIn(history, 'partition', firstState(history))) : [],
  );
  const count = children.filter(({ history }) => !history).length;
  if (count === 0) return sumByState(told);
  const stateOf = statesOfFunctions(record);
  const attempts = record.invocations.filter(({ functionName }) => stateOf(functionName).repeated).length;
  const { states, tasks } = processorStates(record);
  const name = states.join(' / ');
  const perChild = 1 + states.length - tasks;
  return sumByState([
    ...told,
    transitions(name, count * perChild + Math.max(count * tasks, attempts), 'partition'),
  ]);
}

function sumByState(lines: readonly UsageLine[]): UsageLine[] {
  const sums = new Map<string, UsageLine>();
  for (const line of lines) {
    const sum = sums.get(line.state);
    sums.set(line.state, sum ? { ...sum, quantity: sum.quantity + line.quantity } : line);
  }
  return [...sums.values()];
}

const firstState = (history: readonly HistoryRecord[]): string => [...stateNames(history).values()][0] ?? '';

/** States of the processors of Distributed Maps, and how many of them are tasks; one task where it is not known. */
function processorStates({ executions }: RunRecord): { states: string[]; tasks: number } {
  const found: { name: string; isTask: boolean }[] = [];
  for (const { definition } of executions) collectProcessors(definition ?? null, false, found);
  const states = [...new Set(found.map(({ name }) => name))];
  if (states.length === 0) return { states: ['Map'], tasks: 1 };
  return { states, tasks: states.filter((one) => found.some((f) => f.name === one && f.isTask)).length };
}

function collectProcessors(machine: Json, within: boolean, found: { name: string; isTask: boolean }[]): void {
  if (!isJsonObject(machine) || !isJsonObject(machine['States'])) return;
  for (const [name, state] of Object.entries(machine['States'])) {
    if (!isJsonObject(state)) continue;
    if (within) found.push({ name, isTask: state['Type'] === 'Task' });
    for (const inner of [state['ItemProcessor'], state['Iterator']])
      collectProcessors(inner ?? null, true, found);
    const branches = state['Branches'];
    for (const branch of Array.isArray(branches) ? branches : []) collectProcessors(branch, within, found);
  }
}

function expressChildren(record: RunRecord): UsageLine[] {
  const express = childrenOf(record).filter(isExpress);
  if (express.length === 0) return [];
  const gbSeconds = express.reduce((total, child) => {
    const durationMs = (child.stoppedAtMs ?? child.startedAtMs) - child.startedAtMs;
    const steps = Math.max(1, Math.ceil(durationMs / EXPRESS_STEP_MS));
    return total + EXPRESS_MEMORY_GB * ((steps * EXPRESS_STEP_MS) / 1000);
  }, 0);
  const state = processorStates(record).states.join(' / ');
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
