import type { Evidence } from '../metrics/evidence.ts';
import type { ExecutionRecord } from '../record/run-record.ts';

/** The execution a scenario is about: the last one started. */
export function executionOf(evidence: Evidence): ExecutionRecord | undefined {
  return evidence.record.executions.at(-1);
}
