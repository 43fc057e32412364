/** The platform's log lines of one invocation, as text or, with LogFormat JSON, as the telemetry events of AWS. */
import {
  endLine,
  initReportLine,
  initStartLine,
  type Report,
  type RuntimeVersion,
  reportLine,
  startLine,
  waitedLine,
} from './report-line.ts';

interface InitStart {
  runtime: RuntimeVersion;
  functionName: string;
  /** `$LATEST` or a number. */
  version: string;
}

export interface PlatformLog {
  /** An environment starts. */
  initStart(environment: InitStart): string[];
  start(requestId: string, version: string): string[];
  /** The process ended or ran out of time. */
  failure(
    requestId: string,
    timeMs: number,
    failure: { timeoutSeconds: number } | { errorType: string; reason: string },
  ): string[];
  end(report: Report, waitedMs: number): string[];
  initReport(report: Parameters<typeof initReportLine>[0]): string[];
}

const TEXT: PlatformLog = {
  initStart: ({ runtime }) => [initStartLine(runtime)],
  start: (requestId, version) => [startLine(requestId, version)],
  failure(requestId, timeMs, failure) {
    if ('timeoutSeconds' in failure) {
      const seconds = failure.timeoutSeconds.toFixed(2);
      return [`${new Date(timeMs).toISOString()} ${requestId} Task timed out after ${seconds} seconds\n\n`];
    }
    return [`RequestId: ${requestId} Error: ${failure.reason}\n`, `${failure.errorType}\n`];
  },
  end: (report, waitedMs) => [
    ...(waitedMs > 0 ? [waitedLine(report.requestId, waitedMs)] : []),
    endLine(report.requestId),
    reportLine(report),
  ],
  initReport: (report) => [initReportLine(report)],
};

/** `nowMs` stamps the events. Source: https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html */
function jsonLog(nowMs: () => number): PlatformLog {
  const event = (type: string, record: object) =>
    `${JSON.stringify({ time: new Date(nowMs()).toISOString(), type, record })}\n`;
  const round = (ms: number) => Number(ms.toFixed(3));
  return {
    initStart: ({ runtime, functionName, version }) => [
      event('platform.initStart', {
        initializationType: 'on-demand',
        phase: 'init',
        runtimeVersion: runtime.name,
        runtimeVersionArn: runtime.arn,
        functionName,
        functionVersion: version,
      }),
    ],
    start: (requestId, version) => [event('platform.start', { requestId, version })],
    failure: (requestId, timeMs, failure) =>
      'timeoutSeconds' in failure ? TEXT.failure(requestId, timeMs, failure) : [],
    end(report, waitedMs) {
      const { requestId, durationMs, billedDurationMs, memoryMB, maxMemoryUsedMB, initDurationMs } = report;
      const metrics = {
        durationMs: round(durationMs),
        billedDurationMs,
        memorySizeMB: memoryMB,
        maxMemoryUsedMB,
        ...(initDurationMs === undefined ? {} : { initDurationMs: round(initDurationMs) }),
      };
      const status = report.status ?? 'success';
      const record = {
        requestId,
        metrics,
        status,
        ...(report.errorType === undefined ? {} : { errorType: report.errorType }),
      };
      return [
        ...(waitedMs > 0 ? [event('cosmicai.waited', { requestId, waitedForCoreMs: round(waitedMs) })] : []),
        event('platform.report', record),
      ];
    },
    initReport: ({ durationMs, phase, status, errorType }) => [
      event('platform.initReport', {
        initializationType: 'on-demand',
        phase,
        status,
        ...(errorType === undefined ? {} : { errorType }),
        metrics: { durationMs: round(durationMs) },
      }),
    ],
  };
}

/** The platform's log in the format of a function. */
export function platformLog(format: 'Text' | 'JSON', nowMs: () => number): PlatformLog {
  return format === 'JSON' ? jsonLog(nowMs) : TEXT;
}
