import { isJsonObject } from '../core/json.ts';
import type { Evidence } from '../metrics/evidence.ts';
import type { ExecutionRecord } from '../record/run-record.ts';

/** The execution a scenario is about: the last one started. */
export function executionOf(evidence: Evidence): ExecutionRecord | undefined {
  return evidence.record.executions.at(-1);
}

/**
 * Why an execution failed, in one line. A failed Distributed Map only says that too many children failed, so the
 * first child's own error follows, as the function reported it.
 */
export function explainFailure(execution: ExecutionRecord): string | undefined {
  const failed = execution.children.filter((child) => child.error !== undefined || child.cause !== undefined);
  const first = failed[0];
  const parts = [];
  if (execution.error !== undefined) parts.push(sentenceOf(execution.error, execution.cause));
  if (first) {
    const count = failed.length > 1 ? ` (${failed.length} children failed, this is the first)` : '';
    parts.push(`${sentenceOf(first.error ?? 'failed', first.cause)}${count}`);
  }
  return parts.length === 0 ? undefined : parts.join('; ');
}

/** `error: message`, where Lambda's JSON cause gives the error's own name and message. */
function sentenceOf(error: string, cause: string | undefined): string {
  if (!cause) return error;
  try {
    const parsed: unknown = JSON.parse(cause);
    if (isJsonObject(parsed) && typeof parsed['errorMessage'] === 'string') {
      return `${String(parsed['errorType'] ?? error)}: ${parsed['errorMessage']}`;
    }
  } catch {
    // A plain text.
  }
  return `${error}: ${cause}`;
}
