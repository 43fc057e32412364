import { mapStatesOf } from '../../record/definition-states.ts';
import type { ExecutionRecord, HistoryRecord } from '../../record/run-record.ts';
import { stateNames } from '../../record/state-names.ts';

/**
 * How many invocations must have ended, for their tasks succeeded: in the executions, and in the children of their
 * Map Runs. A lower bound, for it says how many REPORT lines are worth waiting for: what was mocked invoked nothing.
 */
export function certainInvocations(
  executions: readonly ExecutionRecord[],
  mockedStates: readonly string[] = [],
): number {
  const mocked = new Set(mockedStates);
  return executions.reduce((sum, { history, children, definition }) => {
    // Of a child without its history only its end is known: it tells of an invocation only if nothing was mocked.
    const perChild = [...mapStatesOf(definition)].some((state) => mocked.has(state)) ? 0 : 1;
    const inChildren = children.map((child) => {
      if (child.history) return lambdaTasks(child.history, mocked);
      return child.status === 'SUCCEEDED' ? perChild : 0;
    });
    return inChildren.reduce((total, one) => total + one, sum + lambdaTasks(history, mocked));
  }, 0);
}

function lambdaTasks(history: readonly HistoryRecord[], mocked: ReadonlySet<string>): number {
  const states = stateNames(history);
  return history.filter((event) => isLambdaSuccess(event) && !mocked.has(states.get(event.id) ?? '')).length;
}

function isLambdaSuccess(event: HistoryRecord): boolean {
  if (event.type === 'LambdaFunctionSucceeded') return true;
  const details = event['taskSucceededEventDetails'] as { resourceType?: string } | undefined;
  return event.type === 'TaskSucceeded' && details?.resourceType === 'lambda';
}
