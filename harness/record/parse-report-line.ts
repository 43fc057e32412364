import type { InvocationRecord } from './run-record.ts';

/** What a REPORT line says; who wrote it and when is known from the log event. */
export type ReportLine = Omit<
  InvocationRecord,
  'functionName' | 'logStream' | 'endedAtMs' | 'waitedForCoreMs'
>;

/** `Name: 12.34 ms`, or `Name: text`; names are of words. */
const FIELD = /^([A-Z][A-Za-z ]*): (.*)$/;

/**
 * Reads the REPORT line that ends every Lambda invocation, or undefined when `message` is none. Fields stand
 * apart by tabs; exports of logs turn them into runs of spaces, and may put a time in front. Lines in Lambda's
 * JSON log format (`platform.report`) are read too.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-view.html
 */
export function parseReportLine(message: string): ReportLine | undefined {
  const text = message.trim();
  if (text.startsWith('{')) return parsePlatformReport(text);
  const start = /(?:^| )REPORT RequestId: /.exec(text);
  if (!start) return undefined;
  const fields = new Map<string, string>();
  for (const part of text
    .slice(start.index)
    .trim()
    .replace(/^REPORT /, '')
    .split(/\t+|\s{2,}/)) {
    const match = FIELD.exec(part.trim());
    if (match) fields.set(match[1]!, match[2]!);
  }
  const requestId = fields.get('RequestId');
  const durationMs = quantity(fields.get('Duration'), 'ms');
  const billedDurationMs = quantity(fields.get('Billed Duration'), 'ms');
  const memorySizeMB = quantity(fields.get('Memory Size'), 'MB');
  const maxMemoryUsedMB = quantity(fields.get('Max Memory Used'), 'MB');
  if (
    !requestId ||
    durationMs === undefined ||
    billedDurationMs === undefined ||
    memorySizeMB === undefined ||
    maxMemoryUsedMB === undefined
  ) {
    return undefined;
  }
  return {
    requestId,
    durationMs,
    billedDurationMs,
    memorySizeMB,
    maxMemoryUsedMB,
    ...optional('initDurationMs', quantity(fields.get('Init Duration'), 'ms')),
    ...optional('status', fields.get('Status')),
    ...optional('errorType', fields.get('Error Type')),
  };
}

function parsePlatformReport(text: string): ReportLine | undefined {
  const event = parseJson(text) as
    | {
        type?: unknown;
        record?: { requestId?: unknown; status?: unknown; errorType?: unknown; metrics?: unknown };
      }
    | undefined;
  if (event?.type !== 'platform.report' || typeof event.record?.requestId !== 'string') return undefined;
  const metrics = event.record.metrics as Record<string, unknown> | undefined;
  const figure = (name: string) => (typeof metrics?.[name] === 'number' ? metrics[name] : undefined);
  const durationMs = figure('durationMs');
  const memorySizeMB = figure('memorySizeMB');
  if (durationMs === undefined || memorySizeMB === undefined) return undefined;
  const { status, errorType } = event.record;
  return {
    requestId: event.record.requestId,
    durationMs,
    billedDurationMs: figure('billedDurationMs') ?? Math.ceil(durationMs),
    memorySizeMB,
    maxMemoryUsedMB: figure('maxMemoryUsedMB') ?? 0,
    ...optional('initDurationMs', figure('initDurationMs')),
    ...optional('status', typeof status === 'string' && status !== 'success' ? status : undefined),
    ...optional('errorType', typeof errorType === 'string' ? errorType : undefined),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function quantity(text: string | undefined, unit: string): number | undefined {
  const match = text === undefined ? null : /^(\d+(?:\.\d+)?) (\S+)$/.exec(text);
  return match && match[2] === unit ? Number(match[1]) : undefined;
}

function optional<Name extends string, Value>(name: Name, value: Value | undefined): { [N in Name]?: Value } {
  return (value === undefined ? {} : { [name]: value }) as { [N in Name]?: Value };
}
