import type { RunningBackend } from '../backends/backend.ts';
import type { FaultRule } from '../backends/faults.ts';
import { ExitCode, HarnessError } from '../core/errors.ts';

/**
 * Puts a scenario's faults in force; the result takes them away, so that neither the setting up nor the gathering
 * of evidence is struck. @throws HarnessError `faults-unsupported` on a backend without `chaos`
 */
export function injectFaults(running: RunningBackend, faults: readonly FaultRule[]): () => void {
  if (faults.length === 0) return () => {};
  if (!running.injectFaults) {
    throw new HarnessError('faults-unsupported', `The backend ${running.name} cannot inject faults.`, {
      exitCode: ExitCode.environmentFailed,
      remedy: 'Run this scenario with --backend embedded.',
      location: { field: 'faults' },
    });
  }
  running.injectFaults(faults);
  return () => running.injectFaults?.([]);
}
