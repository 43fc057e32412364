/** States of a project that the emulator cannot run by itself: they need a mock or a delegate. */
import { checkAnswer, checkErrorName } from '../asl/integration-shapes.ts';
import {
  type IntegrationName,
  integrationName,
  isServed,
  shownIntegration,
} from '../asl/served-integrations.ts';
import { isJsonObject, type Json, type JsonObject } from '../core/json.ts';
import { substituteDefinition } from './placeholders.ts';
import type { Project, ProjectStateMachine } from './project.ts';
import { exampleOf } from './resolve-state-machines.ts';

export interface UnservedState {
  /** Name of the machine in the project. */
  machine: string;
  state: string;
  /** Absent of a function that is not part of the project. */
  integration?: IntegrationName;
  /** What it calls: `dynamodb:putItem`, `the function Old`. */
  calls: string;
}

/** What of an answer or error its integration would never give, as sentences. */
export function mistakesOfMock(
  { integration }: UnservedState,
  mock: { return?: Json | undefined; throw?: { error: string } | undefined },
): string[] {
  if (integration === undefined) return [];
  return mock.throw === undefined
    ? checkAnswer(integration, mock.return ?? null)
    : checkErrorName(integration, mock.throw.error);
}

/** In the order of machines and states. */
export function unservedStates(project: Project): UnservedState[] {
  return Object.values(project.stateMachines).flatMap((machine) => {
    const definition = withExamples(machine);
    return tasksIn(definition).flatMap(([state, task]): UnservedState[] => {
      const found = unservedIn(task, project);
      return found === undefined ? [] : [{ machine: machine.name, state, ...found }];
    });
  });
}

function withExamples({ definition, substitutions }: ProjectStateMachine): JsonObject {
  const values = Object.entries(substitutions).map(([name, reference]) => [name, exampleOf(reference)]);
  return substituteDefinition(definition, Object.fromEntries(values));
}

/** Task states at any depth, by name. */
function tasksIn(node: Json): [string, JsonObject][] {
  if (Array.isArray(node)) return node.flatMap(tasksIn);
  if (!isJsonObject(node)) return [];
  return Object.entries(node).flatMap(([key, value]): [string, JsonObject][] => {
    if (key !== 'States' || !isJsonObject(value)) return tasksIn(value);
    return Object.entries(value).flatMap(([name, state]): [string, JsonObject][] =>
      isJsonObject(state)
        ? [...(state['Type'] === 'Task' ? [[name, state] as [string, JsonObject]] : []), ...tasksIn(state)]
        : [],
    );
  });
}

function unservedIn(
  task: JsonObject,
  project: Project,
): Omit<UnservedState, 'machine' | 'state'> | undefined {
  const resource = task['Resource'];
  if (typeof resource !== 'string') return undefined;
  const integration = integrationName(resource);
  if (integration !== undefined && !isServed(integration))
    return { integration, calls: shownIntegration(integration) };
  const invokes = integration?.service === 'lambda' && integration.action === 'invoke';
  const target = invokes ? functionNameIn(task) : resource;
  const name = target === undefined ? undefined : strangeFunction(target, project, invokes);
  return name === undefined ? undefined : { calls: `the function ${name}` };
}

/** FunctionName where it is written out. */
function functionNameIn(task: JsonObject): string | undefined {
  const parameters = task['Parameters'] ?? task['Arguments'];
  const name = isJsonObject(parameters) ? parameters['FunctionName'] : undefined;
  return typeof name === 'string' && !name.startsWith('{%') ? name : undefined;
}

/** The function that a Resource or FunctionName means, if the project has none of that name. */
function strangeFunction(target: string, project: Project, mayBeName: boolean): string | undefined {
  const arn = /^arn:[^:]*:lambda:[^:]*:[^:]*:function:([^:]+)/.exec(target);
  const name = arn ? arn[1]! : mayBeName ? target.split(':')[0]! : undefined;
  if (name === undefined || Object.hasOwn(project.functions, name)) return undefined;
  return name;
}
