/** Log lines by the invocation that wrote them, as the START and REPORT lines of each stream delimit them. */
import type { LogRecord } from './run-record.ts';

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
