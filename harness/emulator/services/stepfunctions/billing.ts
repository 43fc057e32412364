import type { Execution } from './store/execution.ts';

/** Express is billed in steps of 100 ms and 64 MB. Source: https://aws.amazon.com/step-functions/pricing/ */
const BILLED_STEP_MS = 100;
const BILLED_MEMORY_MB = 64;

/** What an Express execution costs, as StartSyncExecution and the metrics tell it. */
export function billingOf({ startedAtMs, stoppedAtMs }: Execution, nowMs: number) {
  const durationMs = (stoppedAtMs ?? nowMs) - startedAtMs;
  return {
    billedDurationInMilliseconds: Math.max(1, Math.ceil(durationMs / BILLED_STEP_MS)) * BILLED_STEP_MS,
    billedMemoryUsedInMB: BILLED_MEMORY_MB,
  };
}
