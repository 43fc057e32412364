import type { RunningBackend } from '../backends/backend.ts';
import type { FaultRule } from '../backends/faults.ts';
import { invariant } from '../core/invariant.ts';

/**
 * Puts a scenario's faults in force; the result takes them away, so that neither the setting up nor the gathering
 * of evidence is struck. The backend has `chaos`: runs that need what it lacks do not come this far.
 */
export async function injectFaults(
  running: RunningBackend,
  faults: readonly FaultRule[],
): Promise<() => Promise<void>> {
  if (faults.length === 0) return async () => {};
  invariant(running.injectFaults, `${running.name} has chaos and no way to inject it`);
  await running.injectFaults(faults);
  return async () => running.injectFaults?.([]);
}
