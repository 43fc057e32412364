/** A scenario with a mock for every state that the emulator cannot run, as a first draft. */
import { stringify } from 'yaml';
import { exampleAnswer } from '../asl/integration-shapes.ts';
import type { Json } from '../core/json.ts';
import type { Project } from '../project/project.ts';
import type { UnservedState } from '../project/unserved-states.ts';

export function draftMocks(project: Project, unserved: readonly UnservedState[]): string {
  const machines = Object.keys(project.stateMachines);
  const [machine] = unserved.map((one) => one.machine);
  const mocks = unserved.map(({ state, integration }): [string, Json] => [
    state,
    [{ return: integration === undefined ? { Payload: {} } : exampleAnswer(integration) }],
  ]);
  const scenario = {
    apiVersion: 'cosmicai/v1',
    kind: 'Scenario',
    name: 'imported',
    description: 'Answers of services that are not served; replace the drafts by what your services answer.',
    mocks: Object.fromEntries(mocks),
    steps: [{ execute: machines.length > 1 ? { stateMachine: machine!, input: {} } : { input: {} } }],
    expect: { status: 'SUCCEEDED' },
  };
  return stringify(scenario, { lineWidth: 110, aliasDuplicateObjects: false });
}
