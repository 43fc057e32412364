/**
 * The context object: `$$` and `$states.context`.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html and recorded cases
 * (a state without Retry shows no RetryCount, Task stands only where a token can be used).
 */
import type { Json, JsonObject } from '../core/json.ts';
import { isJsonObject } from '../core/json.ts';
import type { ExecutionState, MapItem, StateRun } from './execution.ts';

/** ISO 8601 in UTC with milliseconds, as AWS prints StartTime and EnteredTime. */
function isoTime(atMs: number): string {
  return new Date(atMs).toISOString();
}

/** The context object as `run` sees it now; made anew at each call, so the caller may keep it. */
export function contextObject(execution: ExecutionState, run: StateRun, item = run.flow.mapItem): JsonObject {
  const { init } = execution;
  const context: JsonObject = {
    Execution: {
      Id: init.executionArn,
      Input: execution.input.value,
      StartTime: isoTime(init.startTimeMs),
      Name: init.name,
      RoleArn: init.roleArn,
      ...(execution.type === 'STANDARD' ? { RedriveCount: execution.redriveCount } : {}),
      ...(execution.redriveTimeMs === undefined ? {} : { RedriveTime: isoTime(execution.redriveTimeMs) }),
    },
    StateMachine: { Id: init.stateMachineArn, Name: init.stateMachineName },
    State: stateOf(run),
  };
  if (item) context.Map = { Item: itemOf(item) };
  if (run.task?.token) context.Task = { Token: run.task.token };
  return init.context ? overlay(context, init.context) : context;
}

function stateOf(run: StateRun): JsonObject {
  const attempted = run.state.type === 'Task' || run.state.type === 'Parallel' || run.state.type === 'Map';
  return {
    Name: run.state.name,
    EnteredTime: isoTime(run.enteredAtMs),
    ...(attempted ? { RetryCount: run.retryCount } : {}),
  };
}

function itemOf(item: MapItem): JsonObject {
  return {
    Index: item.index,
    ...(item.key === undefined ? {} : { Key: item.key }),
    Value: item.value,
  };
}

/** `given` laid over `base`, member by member where both are objects. */
function overlay(base: JsonObject, given: JsonObject): JsonObject {
  const merged: JsonObject = { ...base };
  for (const [name, value] of Object.entries(given)) {
    const below: Json | undefined = merged[name];
    merged[name] = isJsonObject(below) && isJsonObject(value) ? overlay(below, value) : value;
  }
  return merged;
}
