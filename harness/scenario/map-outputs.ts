import { isJsonObject, type Json } from '../core/json.ts';
import type { ExecutionRecord } from '../record/run-record.ts';
import { stateNames } from '../record/state-names.ts';

/**
 * Outputs of the successful iterations of a Map state: those of its children where it is distributed, else what the
 * state put out, which must be a list. What is not known is a problem.
 */
export function mapOutputs(execution: ExecutionRecord, state: string): { outputs: Json[]; problem?: string } {
  const runs = mapRunsOf(execution, state);
  if (runs.size > 0) {
    const children = execution.children.filter(
      ({ mapRunArn, status }) => runs.has(mapRunArn) && status === 'SUCCEEDED',
    );
    const outputs = children.flatMap(({ output }) => (output === undefined ? [] : [output]));
    const succeeded = execution.mapRuns
      .filter(({ mapRunArn }) => runs.has(mapRunArn))
      .reduce((total, { executionCounts }) => total + executionCounts.succeeded, 0);
    const unknown = succeeded - outputs.length;
    return {
      outputs,
      ...(unknown > 0 ? { problem: `outputs of ${unknown} children of ${state} were not collected` } : {}),
    };
  }
  const exited = execution.history.filter(({ type, stateExitedEventDetails: details }) => {
    const name = isJsonObject(details as Json) ? (details as { name?: string }).name : undefined;
    return type === 'MapStateExited' && name === state;
  });
  if (exited.length === 0) return { outputs: [], problem: `the Map state ${state} was never left` };
  const outputs: Json[] = [];
  for (const { stateExitedEventDetails: details } of exited) {
    const list = parsed((details as { output?: string }).output);
    if (!Array.isArray(list))
      return { outputs, problem: `the output of ${state} is no list: name "output" instead of "map"` };
    outputs.push(...list);
  }
  return { outputs };
}

/** Map Runs that the state started, as the events of the history tell. */
function mapRunsOf({ history }: ExecutionRecord, state: string): Set<string> {
  const states = stateNames(history);
  return new Set(
    history.flatMap((event) => {
      const details = event['mapRunStartedEventDetails'] as { mapRunArn?: string } | undefined;
      return details?.mapRunArn !== undefined && states.get(event.id) === state ? [details.mapRunArn] : [];
    }),
  );
}

function parsed(text: string | undefined): Json {
  try {
    return JSON.parse(text ?? 'null') as Json;
  } catch {
    return null;
  }
}
