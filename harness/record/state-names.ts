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

function nameIn(event: HistoryRecord, details: string): string | undefined {
  const value = event[details];
  if (typeof value !== 'object' || value === null || !('name' in value)) return undefined;
  return typeof value.name === 'string' ? value.name : undefined;
}
