/**
 * Failures of states as values. A failure is what Retry and Catch look at and what an execution ends with.
 * Source of names: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */

import type { Json, JsonObject } from '../core/json.ts';
import { printJson } from '../core/json-print.ts';
import { AslFailure } from './data/scope.ts';

export interface Failure {
  /** Absent when a worker or Fail state gave none. */
  error: string | undefined;
  cause: string | undefined;
  /** The state's own data, the work of a Task, or a branch or iteration. */
  origin: 'state' | 'task' | 'child';
  /** Ends the execution: neither Retry nor Catch is asked, and no enclosing state fails for it. */
  terminal: boolean;
  /** Further error name that Retry and Catch know it by: heartbeats time out as both names. */
  alias?: string;
  /** Field that a JSONata expression stands in, for EvaluationFailed. */
  location?: string;
  /** Cause without "An error occurred while executing the state ...", as TestState answers. */
  plainCause?: string;
}

/**
 * Names of errors that no Retry or Catch can stop. States.DataLimitExceeded is one of them only where a state's own
 * data grew too large; a task result that is too large fails the task, and that may be caught.
 */
const TERMINAL_ERRORS: ReadonlySet<string> = new Set(['States.Runtime', 'States.DataLimitExceeded']);

/** The failure of a state whose data could not be worked on; `thrown` is an AslFailure, else a fault of ours. */
export function stateFailure(stateName: string, enteredEventId: number, thrown: unknown): Failure {
  const prefix = `An error occurred while executing the state '${stateName}' (entered at the event id #${enteredEventId}). `;
  if (!(thrown instanceof AslFailure)) {
    const text = thrown instanceof Error ? thrown.message : String(thrown);
    return {
      error: 'States.Runtime',
      cause: prefix + text,
      plainCause: text,
      origin: 'state',
      terminal: true,
    };
  }
  return {
    error: thrown.error,
    cause: prefix + thrown.causeText,
    plainCause: thrown.causeText,
    origin: 'state',
    terminal: TERMINAL_ERRORS.has(thrown.error),
    ...(thrown.location === undefined ? {} : { location: thrown.location }),
  };
}

/** The failure of work done elsewhere, as its answer named it. */
export function failureOf(error: string | undefined, cause: string | undefined): Failure {
  return { error, cause, origin: 'child', terminal: false };
}

/** States.DataLimitExceeded; `what` is the state, the function ARN or the service whose result is too large. */
export function dataLimitExceeded(what: string, origin: 'state' | 'task'): Failure {
  return {
    error: 'States.DataLimitExceeded',
    cause: `The state/task '${what}' returned a result with a size exceeding the maximum number of bytes service limit.`,
    origin,
    terminal: origin === 'state',
  };
}

/** `$states.errorOutput`, and what a Catcher's ResultPath places. */
export function errorOutput(failure: Failure): JsonObject {
  const timedOut = failure.error === 'States.Timeout';
  return { Error: failure.error ?? null, Cause: failure.cause ?? (timedOut ? '' : null) };
}

/** Members `error` and `cause` of event details and of the finish effect: absent where there is none. */
export function errorDetails(failure: Failure): { error?: string; cause?: string } {
  return {
    ...(failure.error === undefined ? {} : { error: failure.error }),
    ...(failure.cause === undefined ? {} : { cause: failure.cause }),
  };
}

/** True when a Retrier or Catcher with these ErrorEquals is meant for the failure. */
export function matchesError(errorEquals: readonly string[], failure: Failure): boolean {
  return errorEquals.some((name) => {
    if (name === failure.error || (failure.alias !== undefined && name === failure.alias)) return true;
    if (name === 'States.ALL') return true;
    return name === 'States.TaskFailed' && failure.origin !== 'state' && failure.error !== 'States.Timeout';
  });
}

/** Any JSON value as the text that AWS shows in causes: compact. */
export function shown(value: Json): string {
  return printJson(value);
}
