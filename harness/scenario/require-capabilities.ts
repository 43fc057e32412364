import type { RunningBackend } from '../backends/backend.ts';
import { ExitCode, HarnessError } from '../core/errors.ts';
import { type Capability, describeLack, lacking } from '../record/capability.ts';
import type { Scenario } from './schema.ts';

/** Fields that a backend can only follow with a capability. */
const FIELDS: readonly {
  field: keyof Scenario;
  capability: Capability;
  isAsked(scenario: Partial<Scenario>): boolean;
}[] = [
  { field: 'faults', capability: 'chaos', isAsked: ({ faults = [] }) => faults.length > 0 },
  { field: 'limits', capability: 'quotas', isAsked: ({ limits }) => limits !== undefined },
  { field: 'clock', capability: 'virtual-time', isAsked: ({ clock }) => clock === 'virtual' },
  { field: 'iam', capability: 'iam-enforcement', isAsked: ({ iam = 'off' }) => iam !== 'off' },
  { field: 'mocks', capability: 'mocks', isAsked: ({ mocks }) => mocks !== undefined },
];

/**
 * A run whose every verdict would rest on something that the backend cannot do is not carried out.
 * @throws HarnessError `not-judged` (exit code 3)
 */
export function requireCapabilities(
  scenario: Pick<Scenario, 'name' | 'needs'> & Partial<Scenario>,
  running: Pick<RunningBackend, 'name' | 'capabilities'>,
): void {
  const { name, needs } = scenario;
  const asked = FIELDS.filter(({ isAsked }) => isAsked(scenario));
  const lacks = [
    ...new Set(lacking([...needs, ...asked.map(({ capability }) => capability)], running.capabilities)),
  ];
  if (lacks.length === 0) return;
  throw new HarnessError(
    'not-judged',
    `${name} is not judged on this backend: ${running.name} lacks ${describeLack(lacks)}.`,
    {
      exitCode: ExitCode.environmentFailed,
      remedy: 'Run it with --backend embedded.',
      location: {
        field: asked.find(({ capability }) => lacks.includes(capability))?.field ?? 'needs',
      },
    },
  );
}
