import type { RunningBackend } from '../backends/backend.ts';
import { ExitCode, HarnessError } from '../core/errors.ts';
import { describeLack, lacking } from '../record/capability.ts';
import type { Scenario } from './schema.ts';

/**
 * A run whose every verdict would rest on something that the backend cannot do is not carried out.
 * @throws HarnessError `not-judged` (exit code 3)
 */
export function requireCapabilities(
  { name, needs, faults }: Pick<Scenario, 'name' | 'needs' | 'faults'>,
  running: Pick<RunningBackend, 'name' | 'capabilities'>,
): void {
  const lacks = lacking(faults.length > 0 ? [...needs, 'chaos'] : needs, running.capabilities);
  if (lacks.length === 0) return;
  throw new HarnessError(
    'not-judged',
    `${name} is not judged on this backend: ${running.name} lacks ${describeLack(lacks)}.`,
    {
      exitCode: ExitCode.environmentFailed,
      remedy: 'Run it with --backend embedded.',
      location: { field: needs.length > 0 ? 'needs' : 'faults' },
    },
  );
}
