import { type CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import type { Clock } from '../../core/clock.ts';
import { type EmbeddedMetric, embeddedMetrics } from '../../core/embedded-metrics.ts';
import { parseErrorLine } from '../../record/parse-error-line.ts';
import { parseReportLine } from '../../record/parse-report-line.ts';
import type { EmittedMetric, InvocationRecord, LogRecord } from '../../record/run-record.ts';

const POLL_MS = 1000;
/** CloudWatch shows events some seconds after they were written. */
const MAX_POLLS = 25;

export interface FunctionLogs {
  logs: LogRecord[];
  /** REPORT lines as they were read: a function can print lines that look like them. */
  reports: InvocationRecord[];
  emitted: EmittedMetric[];
}

/**
 * All log events of the functions since `sinceMs`, their REPORT lines and the metrics that their own lines report
 * (embedded metric format). Waits until there are REPORT lines of at least `expectedReports` requests, then reads once
 * more, so that a line that was printed early meets the platform's own; fewer in the end becomes a sentence in `gaps`.
 */
export async function collectFunctionLogs(
  client: CloudWatchLogsClient,
  functionNames: readonly string[],
  window: { sinceMs: number; expectedReports: number; clock: Clock },
  gaps: string[],
): Promise<FunctionLogs> {
  let isComplete = window.expectedReports === 0;
  for (let poll = 0; ; poll++) {
    const found = await readLogs(client, functionNames, window.sinceMs);
    if (isComplete) return found;
    const requests = new Set(found.reports.map(({ requestId }) => requestId)).size;
    isComplete = requests >= window.expectedReports;
    if (!isComplete && poll >= MAX_POLLS) {
      gaps.push(`${requests} REPORT lines were found where at least ${window.expectedReports} were expected`);
      return found;
    }
    await new Promise<void>((resolve) => {
      window.clock.after(POLL_MS, resolve);
    });
  }
}

async function readLogs(
  client: CloudWatchLogsClient,
  functionNames: readonly string[],
  sinceMs: number,
): Promise<FunctionLogs> {
  const found: FunctionLogs = { logs: [], reports: [], emitted: [] };
  const emitted = new Map<string, EmittedMetric>();
  /** Error types of failed invocations, by request id. */
  const failures = new Map<string, string>();
  /** The invocation that a stream is in: an environment serves one at a time. */
  const current = new Map<string, string>();
  for (const functionName of functionNames) {
    const logGroupName = `/aws/lambda/${functionName}`;
    try {
      const pages = paginateFilterLogEvents({ client }, { logGroupName, startTime: Math.floor(sinceMs) });
      for await (const page of pages) {
        for (const { logStreamName = '', timestamp = 0, message = '' } of page.events ?? []) {
          found.logs.push({
            logGroup: logGroupName,
            logStream: logStreamName,
            timestampMs: timestamp,
            message,
          });
          addEmitted(emitted, functionName, embeddedMetrics({ message, timestampMs: timestamp }));
          const stream = `${logGroupName} ${logStreamName}`;
          const started = /^START RequestId: (\S+)/.exec(message)?.[1];
          if (started !== undefined) current.set(stream, started);
          const errorType = parseErrorLine(message);
          const requestId = current.get(stream);
          if (errorType !== undefined && requestId !== undefined) failures.set(requestId, errorType);
          const report = parseReportLine(message);
          if (report) {
            found.reports.push({
              functionName,
              logStream: logStreamName,
              endedAtMs: timestamp,
              ...report,
            });
          }
        }
      }
    } catch (error) {
      // A function that was never called has no log group on some backends.
      if (!(error instanceof Error) || error.name !== 'ResourceNotFoundException') throw error;
    }
  }
  for (const report of found.reports) {
    const errorType = failures.get(report.requestId);
    if (errorType === undefined || report.status !== undefined) continue;
    report.status = 'error';
    report.errorType = errorType;
  }
  found.emitted = [...emitted.values()];
  return found;
}

/** Adds what one log event reports; its further sets of dimensions tell the same values again. */
function addEmitted(
  all: Map<string, EmittedMetric>,
  functionName: string,
  found: readonly EmbeddedMetric[],
): void {
  const measured = new Set<string>();
  for (const { namespace, name, dimensions, unit, values } of found) {
    const measurement = JSON.stringify([namespace, name]);
    if (measured.has(measurement)) continue;
    measured.add(measurement);
    const key = JSON.stringify([functionName, namespace, name, unit, dimensions]);
    const known = all.get(key);
    if (known) known.values.push(...values);
    else
      all.set(key, {
        functionName,
        namespace,
        name,
        dimensions: { ...dimensions },
        unit,
        values: [...values],
      });
  }
}
