/**
 * What went wrong in a run, read from its record: executions, children of Map Runs and invocations that failed, each
 * kind of failure once, with its state and the line that the function logged. Pure.
 */

import { functionNamed, hasFailed } from '../metrics/invocations.ts';
import { parseLambdaCause } from '../record/lambda-cause.ts';
import { logsByRequest } from '../record/logs-by-request.ts';
import { parseErrorLine } from '../record/parse-error-line.ts';
import type { HistoryRecord, RunRecord } from '../record/run-record.ts';
import { stateNames } from '../record/state-names.ts';

/** One kind of failure. */
export interface FailureCause {
  /** What failed: `execution`, `child` of a Map Run, or one `invocation` of a function. */
  kind: 'execution' | 'child' | 'invocation';
  /** Name of the first execution, child or function that failed so. */
  name: string;
  /** The state in which it failed, where the history is known. */
  state?: string;
  /** AWS's error name, or the type of the exception. */
  error: string;
  /** The message in its cause, one line. */
  message?: string;
  /** How many failed so. */
  count: number;
  /** What the function logged about it, one line. */
  logLine?: string;
}

const MAX_CAUSES = 5;
/** Longest message and log line that are shown, characters. */
const MAX_TEXT = 240;

/**
 * Nearest to the root first: children, then invocations whose error no child or execution reports, then executions.
 * Children that were aborted because others failed are left out, and kinds beyond the fifth.
 */
export function failureCauses(record: RunRecord): FailureCause[] {
  const found: FailureCause[] = [];
  const add = (cause: Omit<FailureCause, 'count'>) => {
    const same = found.find(
      (one) =>
        one.kind === cause.kind &&
        one.state === cause.state &&
        one.error === cause.error &&
        (cause.kind !== 'invocation' || one.name === cause.name),
    );
    if (same) Object.assign(same, { ...cause, ...same, count: same.count + 1 });
    else found.push({ ...cause, count: 1 });
  };
  const ended = [
    ...record.executions.map((one) => ({ kind: 'execution' as const, ...one })),
    ...record.executions.flatMap(({ children }) =>
      children.map((one) => ({ kind: 'child' as const, name: nameOf(one.executionArn), ...one })),
    ),
  ];
  for (const { kind, name, status, error, cause, history } of ended) {
    if (status === 'SUCCEEDED' || status === 'RUNNING' || status === 'PENDING_REDRIVE') continue;
    const state = history && failedState(history);
    const message = cause === undefined ? undefined : oneLine(parseLambdaCause(cause)?.errorMessage ?? cause);
    add({ kind, name, error: error ?? status, ...optional('state', state), ...optional('message', message) });
  }
  const logs = logsByRequest(record.logs);
  for (const invocation of record.invocations) {
    const { functionName, status, errorType } = invocation;
    if (!hasFailed(invocation)) continue;
    const error = errorType ?? status!;
    const logLine = errorLineOf(logs.get(invocation.requestId) ?? []);
    const reported = found.filter((one) => one.kind !== 'invocation' && isSameError(one.error, error));
    if (reported.length === 0) {
      add({
        kind: 'invocation',
        name: functionNamed(record, functionName),
        error,
        ...optional('logLine', logLine),
      });
    }
    for (const one of reported) if (logLine !== undefined) one.logLine ??= logLine;
  }
  const failed = found.some(({ error }) => error !== 'ABORTED');
  return found
    .filter(({ kind, error }) => !(failed && kind === 'child' && error === 'ABORTED'))
    .map(({ logLine, ...cause }) => {
      const isNew = logLine !== undefined && !logLine.endsWith(`${cause.error}: ${cause.message}`);
      return isNew ? { ...cause, logLine } : cause;
    })
    .sort((a, b) => RANK[a.kind] - RANK[b.kind])
    .slice(0, MAX_CAUSES);
}

const RANK: Readonly<Record<FailureCause['kind'], number>> = { child: 0, invocation: 1, execution: 2 };

/** The cause as one line: `3 children failed in Score with ValueError: no such item`. */
export function describeCause({ kind, name, state, error, message, count }: FailureCause): string {
  const place = state === undefined ? '' : ` in ${state}`;
  const text = message === undefined ? '' : `: ${message}`;
  const what = {
    execution: count === 1 ? `execution ${name} failed` : `${count} executions failed`,
    child: count === 1 ? `child ${name} failed` : `${count} children failed`,
    invocation: count === 1 ? `an invocation of ${name} failed` : `${count} invocations of ${name} failed`,
  }[kind];
  return `${what}${place} with ${error}${text}`;
}

const nameOf = (arn: string): string => arn.slice(arn.lastIndexOf(':') + 1);

/** The state of the last event that tells of a failure before the execution's own end. */
function failedState(history: readonly HistoryRecord[]): string | undefined {
  const states = stateNames(history);
  const failed = history.findLast(
    ({ id, type }) => /(?:Failed|TimedOut|Aborted)$/.test(type) && states.has(id),
  );
  return failed && states.get(failed.id);
}

/** A runtime's name of the error may be qualified where the history's is not. */
const isSameError = (a: string, b: string): boolean => a === b || a.endsWith(`.${b}`) || b.endsWith(`.${a}`);

const PLATFORM = /^(?:START|END|REPORT|INIT_START|INIT_REPORT|EXTENSION|XRAY)\b/;

function errorLineOf(lines: readonly { message: string }[]): string | undefined {
  const own = lines.filter(({ message }) => !PLATFORM.test(message) && message.trim() !== '');
  const found = own.findLast(({ message }) => parseErrorLine(message) !== undefined) ?? own.at(-1);
  return found && oneLine(found.message);
}

function oneLine(text: string): string {
  const line = text.trim().split('\n')[0]!.replace(/\s+/g, ' ');
  return line.length <= MAX_TEXT ? line : `${line.slice(0, MAX_TEXT - 1)}…`;
}

function optional<Name extends string>(name: Name, value: string | undefined): { [N in Name]?: string } {
  return (value === undefined ? {} : { [name]: value }) as { [N in Name]?: string };
}
