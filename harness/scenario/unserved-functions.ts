import type { Project } from '../project/project.ts';
import { unservedStates } from '../project/unserved-states.ts';
import type { RunRecord } from '../record/run-record.ts';
import type { Scenario } from './schema.ts';

/**
 * States that ran and call a function which is not part of the project: on the backend that counts what executions have
 * taken, it does not exist, and its absence must not pass for an answer of AWS.
 */
export function unservedFunctions(
  { coverage = [], unservedStates: known = [] }: Pick<RunRecord, 'coverage' | 'unservedStates'>,
  { mocks = {} }: Pick<Scenario, 'mocks'>,
  project: Project,
  arns: Readonly<Record<string, string>>,
): Pick<RunRecord, 'unservedStates'> {
  const found = unservedStates(project).filter(({ machine, state, integration }) => {
    if (integration !== undefined || Object.hasOwn(mocks, state)) return false;
    const counts = coverage.find((one) => one.stateMachineArn === arns[machine])?.counts ?? {};
    return Object.entries(counts).some(([key, count]) => count > 0 && key.endsWith(`/States/${state}`));
  });
  const all = [...known, ...found.map(({ state, calls }) => ({ state, calls }))];
  return all.length === 0 ? {} : { unservedStates: all };
}
