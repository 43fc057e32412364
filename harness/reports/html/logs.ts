/** The invocations of a run, each with its log lines. */
import type { LogsByRequest } from '../../record/logs-by-request.ts';
import type { InvocationRecord, RunRecord } from '../../record/run-record.ts';
import { type Budget, bigTable } from './island.ts';
import { html, type Markup } from './markup.ts';

export function logTextOf(logs: LogsByRequest, requestId: string): string {
  return (logs.get(requestId) ?? [])
    .map(
      ({ timestampMs, message }) =>
        `${new Date(timestampMs).toISOString().slice(11, 23)} ${message.trimEnd()}`,
    )
    .join('\n');
}

/** A row per invocation, its log lines below. */
export function invocationTable(record: RunRecord, logs: LogsByRequest, id: string, budget: Budget): Markup {
  if (record.invocations.length === 0) return html`<p>No function was invoked.</p>`;
  const seconds = (valueMs: number | undefined) =>
    valueMs === undefined ? null : Math.round(valueMs) / 1000;
  const isTroubled = (one: InvocationRecord) => one.status !== undefined || one.errorType !== undefined;
  const ordered = record.invocations.toSorted((a, b) => Number(isTroubled(b)) - Number(isTroubled(a)));
  return bigTable(
    {
      id,
      caption: 'Invocations and their logs',
      columns: [
        { label: 'function', kind: 'text' },
        { label: 'request', kind: 'text' },
        { label: 'status', kind: 'status' },
        { label: 'ended', kind: 'seconds' },
        { label: 'duration', kind: 'seconds' },
        { label: 'billed', kind: 'seconds' },
        { label: 'init', kind: 'seconds' },
        { label: 'waited for a core', kind: 'seconds' },
        { label: 'peak MB', kind: 'number' },
        { label: 'of MB', kind: 'number' },
      ],
      rows: ordered.map((one) => ({
        cells: [
          one.functionName,
          one.requestId,
          one.errorType ?? one.status ?? 'ok',
          seconds(one.endedAtMs - record.startedAtMs),
          seconds(one.durationMs),
          seconds(one.billedDurationMs),
          seconds(one.initDurationMs),
          seconds(one.waitedForCoreMs),
          one.maxMemoryUsedMB,
          one.memorySizeMB,
        ],
        detail: () => [
          { title: 'Log stream', text: one.logStream },
          { title: 'Log', text: logTextOf(logs, one.requestId) || 'No lines in the record.' },
        ],
      })),
    },
    budget,
  );
}
