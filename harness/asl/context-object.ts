/**
 * The context object: `$$` and `$states.context`.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html and recorded cases
 * (a state without Retry shows no RetryCount, Task stands only where a token can be used).
 */
import type { JsonObject } from '../core/json.ts';
import type { ExecutionState, MapItem, StateRun } from './execution.ts';

/** `$$.Map.Item.Source` of items that come from the state's input. */
export const STATE_DATA = 'STATE_DATA';

/** ISO 8601 in UTC with milliseconds, as AWS prints StartTime and EnteredTime. */
function isoTime(atMs: number): string {
  return new Date(atMs).toISOString();
}

/** The context object as `run` sees it now; made anew at each call, so the caller may keep it. */
export function contextObject(execution: ExecutionState, run: StateRun, item = run.flow.mapItem): JsonObject {
  const { init } = execution;
  if (init.context) return init.context;
  const names = { Name: init.name, RoleArn: init.roleArn || null };
  const StartTime = isoTime(init.startTimeMs);
  const context: JsonObject = {
    Execution: {
      Id: init.executionArn,
      Input: execution.input.value,
      // The order of members is AWS's (recorded cases test_query_runtime_memory, test_base_pass_result).
      ...(init.synchronous
        ? { ...names, StartTime }
        : { StartTime, ...names, RedriveCount: execution.redriveCount }),
      ...(execution.redriveTimeMs === undefined ? {} : { RedriveTime: isoTime(execution.redriveTimeMs) }),
    },
    StateMachine: { Id: init.stateMachineArn, Name: init.stateMachineName },
    State: stateOf(run, init.inspection !== undefined),
  };
  if (item) context.Map = { Item: contextItem(item) };
  if (run.task?.token) context.Task = { Token: run.task.token };
  return context;
}

/** TestState calls every state `StateName`, whatever the definition calls it. */
function stateOf(run: StateRun, underTest: boolean): JsonObject {
  const attempted = run.state.type === 'Task' || run.state.type === 'Parallel' || run.state.type === 'Map';
  return {
    Name: underTest ? 'StateName' : run.state.name,
    EnteredTime: isoTime(run.enteredAtMs),
    ...(attempted ? { RetryCount: run.retryCount } : {}),
  };
}

/** `$$.Map.Item`. */
export function contextItem(item: MapItem): JsonObject {
  return {
    Index: item.index,
    ...(item.key === undefined ? {} : { Key: item.key }),
    Value: item.value,
    Source: item.source ?? STATE_DATA,
  };
}
