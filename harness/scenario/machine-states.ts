/** States and functions that a project's machines have: what a scenario may name. */
import { wantsChildHistories } from '../assertions/invocations.ts';
import { subjectOf } from '../metrics/index.ts';
import type { Project } from '../project/project.ts';
import { mapStatesOf, statesOf } from '../record/definition-states.ts';
import type { Scenario } from './schema.ts';

type Machines = Pick<Project, 'stateMachines'>;

const definitionsOf = ({ stateMachines }: Machines) =>
  Object.values(stateMachines).map(({ definition }) => definition);

/** Names of the states of all machines. */
export const statesOfProject = (project: Machines): string[] => [
  ...new Set(definitionsOf(project).flatMap((definition) => [...statesOf(definition)])),
];

/** True when something is asked of states within a Map, which only the histories of its children tell. */
export function asksForChildHistories({ expect, thresholds }: Scenario, project: Machines): boolean {
  const inMap = new Set(definitionsOf(project).flatMap((definition) => [...mapStatesOf(definition)]));
  const expressions = [...Object.keys(thresholds), ...Object.keys(expect.baseline?.compare ?? {})];
  const subjects = expressions.map(subjectOf).filter((subject) => subject?.kind === 'state');
  const states = [...Object.keys(expect.states ?? {}), ...subjects.map((subject) => subject!.name)];
  return wantsChildHistories(expect.invocations) || states.some((state) => inMap.has(state));
}

/** The machine that executions are started of where a scenario names none. */
export const defaultMachine = (scenario: Pick<Scenario, 'execution'>, { stateMachines }: Machines): string =>
  scenario.execution.stateMachine ?? Object.keys(stateMachines)[0] ?? '';
