import { mapStatesOf } from './definition-states.ts';
import type { ExecutionRecord, RunRecord } from './run-record.ts';

/**
 * Whether histories of children are missing that would tell of a state: they were not collected, or the children are
 * EXPRESS, which have none (https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html).
 */
export function lacksHistories(
  state: string,
  { children, mapRuns, definition }: Pick<ExecutionRecord, 'children' | 'mapRuns' | 'definition'>,
): boolean {
  const collected = children.filter(({ history }) => history !== undefined).length;
  const started = mapRuns.reduce((sum, { executionCounts }) => sum + executionCounts.total, 0);
  if (collected >= Math.max(started, children.length)) return false;
  return definition === undefined || mapStatesOf(definition).has(state);
}

/**
 * How often the interpreter entered a state, where the record counts that and the execution was the only one of its
 * machine, so that all counts are its own.
 */
export function countedVisits(
  state: string,
  { executionArn }: Pick<ExecutionRecord, 'executionArn'>,
  { coverage, executions }: Pick<RunRecord, 'coverage' | 'executions'>,
): number | undefined {
  const machine = machineOf(executionArn);
  const counted = coverage?.find(({ stateMachineArn }) => stateMachineArn === machine);
  if (!counted || executions.filter((one) => machineOf(one.executionArn) === machine).length !== 1)
    return undefined;
  const own = Object.entries(counted.counts).filter(([key]) => key.endsWith(`/States/${state}`));
  return own.reduce((sum, [, count]) => sum + count, 0);
}

/** `...:execution:NAME:ID` belongs to `...:stateMachine:NAME`. */
const machineOf = (executionArn: string) =>
  executionArn.replace(/:execution:([^:]+):.*$/, ':stateMachine:$1');
