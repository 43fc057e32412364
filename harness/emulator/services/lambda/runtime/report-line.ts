/** The platform's own log lines, as AWS formats them. */

export interface Report {
  requestId: string;
  durationMs: number;
  billedDurationMs: number;
  memoryMB: number;
  maxMemoryUsedMB: number;
  /** On a cold start only. */
  initDurationMs?: number;
  status?: 'timeout' | 'error';
  errorType?: string;
}

export const startLine = (requestId: string, version: string): string =>
  `START RequestId: ${requestId} Version: ${version}\n`;

/** The first line of an environment. `name` is AWS's: `nodejs:20.v1`. */
export const initStartLine = (runtime: RuntimeVersion): string =>
  `INIT_START Runtime Version: ${runtime.name}\tRuntime Version ARN: ${runtime.arn}\n`;

export interface RuntimeVersion {
  name: string;
  arn: string;
}

/** AWS numbers the versions of a runtime; here there is one: `nodejs20.x` is `nodejs:20.v1`. */
export const runtimeVersionName = (runtime: string): string =>
  `${runtime.replace(/^([a-z]+)\.?(.*?)(?:\.x)?$/, '$1:$2')}.v1`;

export const endLine = (requestId: string): string => `END RequestId: ${requestId}\n`;

/** Figures are parted by tabs; a tab ends the line, as on AWS. */
export function reportLine(report: Report): string {
  const parts = [
    `REPORT RequestId: ${report.requestId}`,
    `Duration: ${report.durationMs.toFixed(2)} ms`,
    `Billed Duration: ${report.billedDurationMs} ms`,
    `Memory Size: ${report.memoryMB} MB`,
    `Max Memory Used: ${report.maxMemoryUsedMB} MB`,
  ];
  if (report.initDurationMs !== undefined)
    parts.push(`Init Duration: ${report.initDurationMs.toFixed(2)} ms`);
  if (report.status) parts.push(`Status: ${report.status}`);
  if (report.errorType !== undefined) parts.push(`Error Type: ${report.errorType}`);
  return `${parts.join('\t')}\t\n`;
}

/** An init that did not end well is told in a line of its own. */
export function initReportLine(report: {
  durationMs: number;
  phase: 'init' | 'invoke';
  status: 'timeout' | 'error';
  errorType?: string;
}): string {
  const errorType = report.errorType === undefined ? '' : `\tError Type: ${report.errorType}`;
  return `INIT_REPORT Init Duration: ${report.durationMs.toFixed(2)} ms\tPhase: ${report.phase}\tStatus: ${report.status}${errorType}\n`;
}

/** Not a line of AWS's: how long the invocation waited for a free core of this machine before it began. */
export const waitedLine = (requestId: string, waitedMs: number): string =>
  `COSMICAI RequestId: ${requestId} Waited For Core: ${waitedMs.toFixed(2)} ms\n`;

/** Since 2025-08-01 the init of a zip function is billed with the invocation it precedes. */
export const billedDurationMs = (durationMs: number, initDurationMs = 0): number =>
  Math.max(1, Math.ceil(Number((durationMs + initDurationMs).toFixed(2))));
