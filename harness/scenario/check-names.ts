import { nearestName } from '../core/nearest-name.ts';
import type { Diagnostic } from '../document/diagnostics.ts';
import type { DocumentSource, Path } from '../document/source.ts';
import { subjectOf } from '../metrics/index.ts';
import type { Project } from '../project/project.ts';
import { statesOfProject } from './machine-states.ts';
import type { Scenario } from './schema.ts';

interface Named {
  path: Path;
  name: string;
}

/**
 * Names of states, functions and machines: one that the project has not got is never entered or invoked, and nothing
 * would say so.
 */
export function checkNames(scenario: Scenario, project: Project, source: DocumentSource): Diagnostic[] {
  const { expect, mocks, thresholds, deploy, execution, steps } = scenario;
  const expressions = [
    ...inExpressions(['thresholds'], thresholds),
    ...inExpressions(['expect', 'baseline', 'compare'], expect.baseline?.compare ?? {}),
  ];
  const inMetrics = (kind: string) => expressions.filter((one) => one.kind === kind);
  const keysOf = (path: Path, group: object | undefined): Named[] =>
    Object.keys(group ?? {}).map((name) => ({ path: [...path, name], name }));
  const states = [
    ...keysOf(['expect', 'states'], expect.states),
    ...keysOf(['mocks'], mocks),
    ...inMetrics('state'),
  ];
  const functions = [
    ...keysOf(['deploy', 'functions'], deploy.functions),
    ...keysOf(['expect', 'invocations'], expect.invocations),
    ...(expect.logs ?? []).flatMap(({ function: name }, index): Named[] =>
      name === undefined ? [] : [{ path: ['expect', 'logs', index, 'function'], name }],
    ),
    ...steps.flatMap(({ invoke }, index): Named[] =>
      invoke ? [{ path: ['steps', index, 'invoke', 'function'], name: invoke.function }] : [],
    ),
    ...inMetrics('function'),
  ];
  const machines = [
    ...(execution.stateMachine === undefined
      ? []
      : [{ path: ['execution', 'stateMachine'], name: execution.stateMachine }]),
    ...steps.flatMap((step, index) => machinesOf(step, ['steps', index])),
  ];
  const check = (named: readonly Named[], known: readonly string[], what: string, plural: string) =>
    named.flatMap(({ path, name }) => {
      if (known.includes(name)) return [];
      const near = nearestName(name, known);
      const hint = `${near ? `Did you mean "${near}"? ` : ''}${plural}: ${known.join(', ') || 'none'}.`;
      return [source.diagnose(path, `${what} "${name}"`, { hint })];
    });
  return [
    ...check(states, statesOfProject(project), 'the state machine has no state', 'States'),
    ...check(functions, Object.keys(project.functions), 'the project has no function', 'Functions'),
    ...check(
      machines,
      Object.keys(project.stateMachines),
      'the project has no state machine',
      'State machines',
    ),
    ...checkExecutes(scenario, project, source),
  ];
}

function machinesOf({ execute, together, waitFor }: Scenario['steps'][number], path: Path): Named[] {
  const named = (name: string | undefined, ...at: Path): Named[] =>
    name === undefined ? [] : [{ path: [...path, ...at, 'stateMachine'], name }];
  return [
    ...named(execute?.stateMachine, 'execute'),
    ...(together ?? []).flatMap((one, index) => named(one.stateMachine, 'together', index)),
    ...named(waitFor?.execution?.stateMachine, 'waitFor', 'execution'),
  ];
}

/** A project without a state machine has nothing to execute. */
function checkExecutes({ steps }: Scenario, project: Project, source: DocumentSource): Diagnostic[] {
  if (Object.keys(project.stateMachines).length > 0) return [];
  const index = steps.findIndex(({ execute, together }) => execute ?? together);
  if (index === -1) return [];
  const hint = 'Add one to cosmicai.yaml, or a step "invoke" instead.';
  return [source.diagnose(['steps', index], 'the project has no state machine to execute', { hint })];
}

function inExpressions(path: Path, byExpression: object): (Named & { kind: string })[] {
  return Object.keys(byExpression).flatMap((text) => {
    const subject = subjectOf(text);
    return subject ? [{ path: [...path, text], ...subject }] : [];
  });
}
