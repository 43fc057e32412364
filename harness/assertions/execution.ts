import type { JsonObject } from '../core/json.ts';
import type { Evidence } from '../metrics/evidence.ts';
import { parseLambdaCause } from '../record/lambda-cause.ts';
import type { ExecutionRecord } from '../record/run-record.ts';

/** The execution a scenario is about: the last one started. */
export function executionOf(evidence: Evidence): ExecutionRecord | undefined {
  return evidence.record.executions.at(-1);
}

/**
 * Why an execution failed, in one line, the root first: a failed Distributed Map only says that too many children
 * failed, so the first child's own error, as the function reported it, comes before the Map's.
 */
export function explainFailure(execution: ExecutionRecord): string | undefined {
  const failed = execution.children.filter((child) => child.error !== undefined || child.cause !== undefined);
  const first = failed[0];
  if (!first) return execution.error && sentenceOf(execution.error, execution.cause);
  const count = `${failed.length} of ${execution.children.length} children failed`;
  const own = execution.error === undefined ? '' : `, hence ${execution.error}`;
  return `${sentenceOf(first.error ?? 'failed', first.cause)}; ${count}${own}`;
}

/** `error: message`, where Lambda's JSON cause gives the error's own name and message. */
function sentenceOf(error: string, cause: string | undefined): string {
  if (!cause) return error;
  const failure = parseLambdaCause(cause);
  if (!failure) return `${error}: ${cause}`;
  return `${String(failure['errorType'] ?? error)}: ${failure.errorMessage}${placeOf(failure)}`;
}

/** ` at src/work.ts:5:9`: the first line of a function's stack that is its own. */
function placeOf(failure: JsonObject): string {
  // Node.js calls it `trace`, Python `stackTrace`.
  const stack = failure['trace'] ?? failure['stackTrace'];
  if (!Array.isArray(stack)) return '';
  for (const line of stack) {
    const text = String(line);
    const node = /^\s*at (?:.*\()?(?:file:\/\/)?\/var\/task\/(.+?:\d+:\d+)\)?$/.exec(text)?.[1];
    if (node !== undefined && !node.includes('node_modules/')) return ` at ${node}`;
  }
  // Python's innermost frame is the last one.
  for (const line of [...stack].reverse()) {
    const python = /File "\/var\/task\/([^"]+)", line (\d+)/.exec(String(line));
    if (python) return ` at ${python[1]}:${python[2]}`;
  }
  return '';
}
