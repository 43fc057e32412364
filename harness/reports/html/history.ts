/** The events of an execution's history, each with its input and output. */
import type { ExecutionRecord, HistoryRecord } from '../../record/run-record.ts';
import { stateNames } from '../../record/state-names.ts';
import { type Budget, bigTable, type DetailPart } from './island.ts';
import type { Markup } from './markup.ts';

export function historyTable(execution: ExecutionRecord, id: string, budget: Budget): Markup {
  const names = stateNames(execution.history);
  return bigTable(
    {
      id,
      caption: `Event history of ${execution.name}`,
      columns: [
        { label: 'id', kind: 'number' },
        { label: 'time', kind: 'seconds' },
        { label: 'event', kind: 'status' },
        { label: 'state', kind: 'text' },
        { label: 'previous', kind: 'number' },
      ],
      rows: execution.history.map((event) => ({
        cells: [
          event.id,
          Math.round(event.timestampMs - execution.startedAtMs) / 1000,
          event.type,
          names.get(event.id) ?? '',
          event.previousEventId,
        ],
        detail: () => eventDetail(event),
      })),
    },
    budget,
  );
}

const KNOWN = new Set(['id', 'previousEventId', 'timestampMs', 'type']);

function eventDetail(event: HistoryRecord): DetailPart[] {
  const parts: DetailPart[] = [{ title: 'At', text: new Date(event.timestampMs).toISOString() }];
  for (const [name, details] of Object.entries(event)) {
    if (KNOWN.has(name) || typeof details !== 'object' || details === null) continue;
    for (const [field, value] of Object.entries(details)) {
      if (value === undefined || field.endsWith('Details')) continue;
      parts.push({ title: field, text: typeof value === 'string' ? value : JSON.stringify(value) });
    }
  }
  return parts;
}
