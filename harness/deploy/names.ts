/** Names and ARNs of everything that a deployment makes, known before anything is made. */
import type { Project, Reference } from '../project/project.ts';
import type { Account, DeploymentSpec } from './deployment-spec.ts';

export interface DeployedNames {
  /** Deployed name by name in the project. */
  functions: Record<string, string>;
  functionArns: Record<string, string>;
  layers: Record<string, string>;
  stateMachines: Record<string, string>;
  stateMachineArns: Record<string, string>;
  activities: Record<string, string>;
  activityArns: Record<string, string>;
  buckets: Record<string, string>;
  /** The value of a reference in this account. */
  valueOf(reference: Reference): string;
}

/** `orders-enrich`; a name that is the prefix itself stays as it is. */
const deployedName = (prefix: string, name: string): string => (name === prefix ? name : `${prefix}-${name}`);

export function deployedNames(
  project: Project,
  {
    prefix,
    buckets = {},
    stateMachineAlias,
  }: Pick<DeploymentSpec, 'prefix' | 'buckets' | 'stateMachineAlias'>,
  { partition, region, accountId }: Account,
): DeployedNames {
  const named = (names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, deployedName(prefix, name)]));
  const arns = (names: Record<string, string>, service: string, kind: string) =>
    Object.fromEntries(
      Object.entries(names).map(([name, deployed]) => [
        name,
        `arn:${partition}:${service}:${region}:${accountId}:${kind}:${deployed}`,
      ]),
    );
  const functions = named(Object.keys(project.functions));
  const stateMachines = named(Object.keys(project.stateMachines));
  const activities = named(project.activities);
  const bucketNames = Object.fromEntries(
    Object.keys(project.buckets).map((name) => [name, buckets[name] ?? name]),
  );
  const functionArns = arns(functions, 'lambda', 'function');
  const stateMachineArns = arns(stateMachines, 'states', 'stateMachine');
  const activityArns = arns(activities, 'states', 'activity');
  return {
    functions,
    functionArns,
    layers: named(Object.keys(project.layers)),
    stateMachines,
    stateMachineArns,
    activities,
    activityArns,
    buckets: bucketNames,
    valueOf(reference) {
      if (reference.kind === 'literal') return reference.value;
      const { kind, name, attribute } = reference;
      const isName = attribute === 'name';
      if (kind === 'function') return (isName ? functions : functionArns)[name]!;
      if (kind === 'state-machine') {
        if (isName) return stateMachines[name]!;
        const arn = stateMachineArns[name]!;
        return stateMachineAlias === undefined ? arn : `${arn}:${stateMachineAlias}`;
      }
      if (kind === 'activity') return (isName ? activities : activityArns)[name]!;
      return isName ? bucketNames[name]! : `arn:${partition}:s3:::${bucketNames[name]}`;
    },
  };
}
