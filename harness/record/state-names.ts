import type { HistoryRecord } from './run-record.ts';

/** The state an event belongs to, along `previousEventId`; `undefined` for events of the execution itself. */
export function stateNames(history: readonly HistoryRecord[]): Map<number, string> {
  const names = new Map<number, string>();
  for (const event of history) {
    const entered = nameIn(event, 'stateEnteredEventDetails');
    const exited = nameIn(event, 'stateExitedEventDetails');
    const inherited = event.type.startsWith('Execution') ? undefined : names.get(event.previousEventId);
    const name = entered ?? exited ?? inherited;
    if (name !== undefined) names.set(event.id, name);
  }
  return names;
}

/** One stay in a state, milliseconds since the epoch. */
export interface StateVisit {
  state: string;
  enteredAtMs: number;
  /** Absent when it was never left: the execution ended in it. */
  exitedAtMs?: number;
}

/** Stays in states in the order they were entered; iterations of a Map and branches overlap. */
export function stateVisits(history: readonly HistoryRecord[]): StateVisit[] {
  const visits: StateVisit[] = [];
  const open = new Map<string, StateVisit[]>();
  for (const event of history) {
    const entered = nameIn(event, 'stateEnteredEventDetails');
    if (entered !== undefined) {
      const visit: StateVisit = { state: entered, enteredAtMs: event.timestampMs };
      visits.push(visit);
      open.set(entered, [...(open.get(entered) ?? []), visit]);
    }
    const exited = nameIn(event, 'stateExitedEventDetails');
    const visit = exited === undefined ? undefined : open.get(exited)?.shift();
    if (visit) visit.exitedAtMs = event.timestampMs;
  }
  return visits;
}

/** States by name, and how often each was entered. */
export function visitsByState(history: readonly HistoryRecord[]): Map<string, number> {
  const visits = new Map<string, number>();
  for (const { state } of stateVisits(history)) visits.set(state, (visits.get(state) ?? 0) + 1);
  return visits;
}

const SCHEDULED = new Set(['TaskScheduled', 'LambdaFunctionScheduled', 'ActivityScheduled']);

/** States by name whose tasks were scheduled, and how often: attempts, the repeated ones included. */
export function attemptsByState(history: readonly HistoryRecord[]): Map<string, number> {
  const states = stateNames(history);
  const attempts = new Map<string, number>();
  for (const { id, type } of history) {
    const state = states.get(id);
    if (SCHEDULED.has(type) && state !== undefined) attempts.set(state, (attempts.get(state) ?? 0) + 1);
  }
  return attempts;
}

function nameIn(event: HistoryRecord, details: string): string | undefined {
  const value = event[details];
  if (typeof value !== 'object' || value === null || !('name' in value)) return undefined;
  return typeof value.name === 'string' ? value.name : undefined;
}
