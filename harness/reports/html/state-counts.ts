/** How often each state was entered, left and retried, from the histories of an execution and its children. */
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import type { ExecutionRecord, HistoryRecord } from '../../record/run-record.ts';
import { stateNames } from '../../record/state-names.ts';

export interface StateCount {
  entered: number;
  exited: number;
  /** Entered and never left. */
  failed: number;
  /** Attempts beyond the first. */
  retries: number;
}

export interface StateCounts {
  byState: Map<string, StateCount>;
  /** Children whose history is not in the record: counted by their status where that says it all. */
  childrenWithoutHistory: number;
}

export function countStates(execution: ExecutionRecord): StateCounts {
  const byState = new Map<string, StateCount>();
  addHistory(byState, execution.history);
  let childrenWithoutHistory = 0;
  for (const child of execution.children) {
    if (child.history) addHistory(byState, child.history);
    else childrenWithoutHistory++;
  }
  if (childrenWithoutHistory > 0) addChildren(byState, execution);
  // What was entered and not left while nothing runs any more has failed.
  for (const count of byState.values()) count.failed = Math.max(0, count.entered - count.exited);
  return { byState, childrenWithoutHistory };
}

/**
 * Children known by their status alone: where the Map's processor has one state, a child entered it and, if it
 * succeeded, left it.
 */
function addChildren(byState: Map<string, StateCount>, { definition, children }: ExecutionRecord): void {
  const states = isJsonObject(definition?.['States']) ? Object.values(definition['States']) : [];
  const maps = states.filter((state) => isJsonObject(state) && isJsonObject(state['ItemProcessor']));
  const [processor] = maps.map((state) => (state as JsonObject)['ItemProcessor'] as JsonObject);
  const inner = isJsonObject(processor?.['States']) ? Object.keys(processor['States']) : [];
  const [name] = inner;
  if (maps.length !== 1 || inner.length !== 1 || name === undefined) return;
  const count = byState.get(name) ?? { entered: 0, exited: 0, failed: 0, retries: 0 };
  byState.set(name, count);
  for (const child of children) {
    if (child.history) continue;
    count.entered++;
    if (child.status === 'SUCCEEDED') count.exited++;
  }
}

function addHistory(byState: Map<string, StateCount>, history: readonly HistoryRecord[]): void {
  const names = stateNames(history);
  const schedules = new Map<string, number>();
  const countOf = (name: string) => {
    const count = byState.get(name) ?? { entered: 0, exited: 0, failed: 0, retries: 0 };
    byState.set(name, count);
    return count;
  };
  for (const event of history) {
    const name = names.get(event.id);
    if (name === undefined) continue;
    if (event.type.endsWith('StateEntered')) {
      countOf(name).entered++;
      schedules.set(name, 0);
    } else if (event.type.endsWith('StateExited')) {
      countOf(name).exited++;
    } else if (event.type === 'TaskScheduled' || event.type === 'LambdaFunctionScheduled') {
      const times = (schedules.get(name) ?? 0) + 1;
      schedules.set(name, times);
      if (times > 1) countOf(name).retries++;
    }
  }
}
