/** Names and ARNs of everything that a deployment makes, known before anything is made. */
import type { Project, Reference, TextPart } from '../project/project.ts';
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
  /** Roles that the project names. */
  roles: Record<string, string>;
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
  const roles = Object.fromEntries(
    Object.keys(project.roles).map((name) => [name, shortRoleName(`${prefix}-${name}-role`)]),
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
    roles,
    valueOf: textOf,
  };

  function textOf(reference: Reference | TextPart): string {
    switch (reference.kind) {
      case 'literal':
        return reference.value;
      case 'text':
        return reference.parts.map(textOf).join('');
      case 'pseudo':
        return { AccountId: accountId, Region: region, Partition: partition }[reference.name];
      default:
        return valueOfName(reference);
    }
  }

  function valueOfName({ kind, name, attribute }: Exclude<TextPart, { kind: 'literal' | 'pseudo' }>): string {
    const isName = attribute === 'name';
    if (kind === 'function') return (isName ? functions : functionArns)[name]!;
    if (kind === 'state-machine') {
      if (isName) return stateMachines[name]!;
      const arn = stateMachineArns[name]!;
      return stateMachineAlias === undefined ? arn : `${arn}:${stateMachineAlias}`;
    }
    if (kind === 'activity') return (isName ? activities : activityArns)[name]!;
    if (kind === 'role')
      return isName ? roles[name]! : `arn:${partition}:iam::${accountId}:role/${roles[name]}`;
    return isName ? bucketNames[name]! : `arn:${partition}:s3:::${bucketNames[name]}`;
  }
}

/** IAM's limit: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const LONGEST_ROLE_NAME = 64;

export const shortRoleName = (name: string): string =>
  name.length <= LONGEST_ROLE_NAME ? name : `${name.slice(0, 40)}-${name.slice(-(LONGEST_ROLE_NAME - 41))}`;
