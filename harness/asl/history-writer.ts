/**
 * Writes events into the history: numbers them, chains them, and knows the details every kind carries.
 *
 * The chain is AWS's own: an event of a flow points to the flow's last event, but events that look back on
 * something finished (`...StateSucceeded`, `MapIterationSucceeded`, `...Aborted`) stand aside: nothing points to
 * them but where said. Source: recorded histories (conformance README, "What AWS does that is easy to get wrong").
 */

import type { Json, JsonObject } from '../core/json.ts';
import { printJson } from '../core/json-print.ts';
import type { Flow, Machine, StateRun } from './execution.ts';
import type { Failure } from './failure.ts';
import type { HistoryEventType } from './history.ts';

/** Thrown, and caught by `step`, when the next event would be the last the quota allows. */
export class HistoryFull extends Error {}

const NOT_TRUNCATED: JsonObject = { truncated: false };

type Details = { [member: string]: Json };

/** Appends an event and returns its id. Throws HistoryFull before the event that AWS keeps for the end. */
export function record(
  machine: Machine,
  type: HistoryEventType,
  previousEventId: number,
  detailsKey?: string,
  details?: Details,
): number {
  const { execution } = machine;
  const id = execution.eventCount + 1;
  if (id >= execution.init.limits.sfnHistoryEvents && execution.type === 'STANDARD') {
    if (type !== 'ExecutionFailed' && type !== 'ExecutionAborted' && type !== 'ExecutionTimedOut') {
      throw new HistoryFull('the history is full');
    }
  }
  execution.eventCount = id;
  const event =
    detailsKey === undefined
      ? { id, previousEventId, atMs: machine.atMs, type }
      : { id, previousEventId, atMs: machine.atMs, type, detailsKey, details: details ?? {} };
  machine.effects.push({ kind: 'record', event });
  return id;
}

/** Appends an event to the flow's chain: it points to the last one and becomes the last one. */
export function recordInFlow(
  machine: Machine,
  flow: Flow,
  type: HistoryEventType,
  detailsKey?: string,
  details?: Details,
): number {
  flow.lastEventId = record(machine, type, flow.lastEventId, detailsKey, details);
  return flow.lastEventId;
}

/** The flow's latest event, in its chain or beside it. */
export function latestEventId(flow: Flow): number {
  return Math.max(flow.lastEventId, flow.asideEventId);
}

/** Appends an event that looks back on the flow's latest one and is passed over by the chain. */
export function recordAside(machine: Machine, flow: Flow, type: HistoryEventType): void {
  flow.asideEventId = record(machine, type, latestEventId(flow));
}

export function recordEntered(machine: Machine, flow: Flow, type: HistoryEventType, input: string): number {
  return recordInFlow(machine, flow, type, 'stateEnteredEventDetails', {
    name: flow.next,
    input,
    inputDetails: NOT_TRUNCATED,
  });
}

export function recordExited(
  machine: Machine,
  run: StateRun,
  output: string,
  assigned: JsonObject | undefined,
): void {
  const type = `${run.state.type}StateExited` as HistoryEventType;
  const details: Details = { name: run.state.name, output, outputDetails: NOT_TRUNCATED };
  if (assigned && Object.keys(assigned).length > 0) {
    const texts: JsonObject = {};
    for (const [name, value] of Object.entries(assigned)) texts[name] = printJson(value);
    details.assignedVariables = texts;
    details.assignedVariablesDetails = NOT_TRUNCATED;
  }
  recordInFlow(machine, run.flow, type, 'stateExitedEventDetails', details);
}

/** `input` or `output` with the companion that says it is whole. */
export function dataDetails(member: 'input' | 'output', text: string): Details {
  return { [member]: text, [`${member}Details`]: NOT_TRUNCATED };
}

/**
 * EvaluationFailed of Pass, Task and Map shares the predecessor of their StateEntered as long as nothing else was
 * recorded; that of other states points to StateEntered (recorded cases of November and December 2024).
 */
export function recordEvaluationFailed(machine: Machine, run: StateRun, failure: Failure): void {
  if (failure.error !== 'States.QueryEvaluationError' || failure.origin !== 'state') return;
  const { flow, state } = run;
  const { error, cause = '', location } = failure;
  const first = flow.lastEventId === run.enteredEventId;
  const shares = state.type === 'Pass' || state.type === 'Task' || state.type === 'Map';
  if (first && shares) flow.lastEventId = run.beforeEnteredEventId;
  const details: JsonObject = {
    error,
    cause,
    state: state.name,
    ...(location === undefined ? {} : { location }),
  };
  recordInFlow(machine, flow, 'EvaluationFailed', 'evaluationFailedEventDetails', details);
}
