/** Log lines by the invocation that wrote them, as the START and REPORT lines of each stream delimit them. */
import type { InvocationRecord, LogRecord, RunRecord } from '../../record/run-record.ts';
import { type Budget, bigTable } from './island.ts';
import { html, type Markup } from './markup.ts';

export type LogsByRequest = Map<string, LogRecord[]>;

const START = /^START RequestId: (\S+)/;
const REPORT = /^REPORT RequestId: (\S+)/;

/** Lines before the first START of a stream (INIT_START, imports) belong to the invocation that follows. */
export function logsByRequest(logs: readonly LogRecord[]): LogsByRequest {
  const byRequest: LogsByRequest = new Map();
  const streams = new Map<string, { requestId?: string | undefined; pending: LogRecord[] }>();
  for (const line of logs) {
    const name = `${line.logGroup}\n${line.logStream}`;
    const stream = streams.get(name) ?? { pending: [] };
    streams.set(name, stream);
    const started = START.exec(line.message)?.[1];
    if (started !== undefined) {
      stream.requestId = started;
      byRequest.set(started, [...(byRequest.get(started) ?? []), ...stream.pending]);
      stream.pending = [];
    }
    const owner = REPORT.exec(line.message)?.[1] ?? stream.requestId;
    if (owner === undefined) {
      stream.pending.push(line);
      continue;
    }
    const own = byRequest.get(owner) ?? [];
    own.push(line);
    byRequest.set(owner, own);
  }
  return byRequest;
}

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
