/**
 * What a release will be in its account, as data: names, settings, policies and contents by digest. Pure, and the
 * whole of it is digested into the release's id: the same proven artifacts with the same settings are the same
 * release, and applying it twice changes nothing.
 */
import { createHash } from 'node:crypto';
import type { ArtifactSet } from '../../artifacts/build-artifacts.ts';
import { canonicalJson } from '../../artifacts/digest.ts';
import type { Json, JsonObject } from '../../core/json.ts';
import type { Account } from '../../deploy/deployment-spec.ts';
import { dependenciesFirst, planDeployment } from '../../deploy/plan.ts';
import type {
  ActivityResource,
  BucketResource,
  FunctionResource,
  NotificationResource,
  Resource,
  RoleResource,
  StateMachineResource,
} from '../../deploy/resource.ts';
import { overlayProject } from '../../project/overlay-project.ts';
import type { Project, Reference } from '../../project/project.ts';
import type { Environment } from '../policy.ts';
import { type AlarmBlueprint, alarmsFor } from './alarms.ts';

/** A function without the file that its code lies in. */
export type FunctionBlueprint = Omit<FunctionResource, 'artifact' | 'kind' | 'code'> & {
  codeSha256: string;
  /** Digests of its layers, in order. */
  layerSha256: string[];
};

interface LayerBlueprint {
  name: string;
  codeSha256: string;
  runtimes: readonly string[];
  architecture: 'x86_64' | 'arm64';
}

/** What stands for a placeholder: a text, or the version of a function or state machine that this release publishes. */
export type SubstitutionBlueprint =
  | { kind: 'text'; value: string; isLiteral: boolean }
  | { kind: 'function-version' | 'state-machine-version'; name: string; attribute: 'arn' | 'name' };

export interface StateMachineBlueprint {
  name: string;
  arn: string;
  roleArn: string;
  type: 'STANDARD' | 'EXPRESS';
  alias: string;
  logging: StateMachineResource['logging'];
  /** Definition with its placeholders. */
  definition: JsonObject;
  sha256: string;
  substitutions: Record<string, SubstitutionBlueprint>;
}

export interface Blueprint {
  /** `r` and twelve hexadecimal digits of the digest of everything else. */
  release: string;
  prefix: string;
  account: Account;
  tags: Record<string, string>;
  buckets: Omit<BucketResource, 'kind'>[];
  releasesBucket: string;
  /** By name in the project, as layers and state machines are. */
  functions: Record<string, FunctionBlueprint>;
  layers: Record<string, LayerBlueprint>;
  /** Roles that the release makes itself. */
  roles: RoleResource[];
  logGroups: { name: string; retentionDays?: number }[];
  objects: { bucket: string; key: string; sha256: string }[];
  activities: Omit<ActivityResource, 'kind'>[];
  /** Each after those that it starts. */
  stateMachines: Record<string, StateMachineBlueprint>;
  notifications: NotificationResource[];
  alarms: AlarmBlueprint[];
}

/** The blueprint of `artifacts` in an environment. */
export function blueprintOf(
  declared: Project,
  environment: Environment,
  artifacts: ArtifactSet,
  account: Account,
): Blueprint {
  const { prefix, roles, releases, alias } = environment;
  const project = projectIn(declared, environment);
  const plan = planDeployment(
    {
      project,
      prefix,
      artifacts,
      buckets: environment.buckets,
      existingRoles: {
        ...(roles.functions === undefined ? {} : { functions: roles.functions }),
        ...(roles.stateMachine === undefined ? {} : { stateMachine: roles.stateMachine }),
      },
      versionedObjects: true,
      stateMachineAlias: alias,
      tags: environment.tags,
      ...(environment.logRetentionDays === undefined
        ? {}
        : { logRetentionDays: environment.logRetentionDays }),
    },
    account,
  );
  const all = plan.phases.flat();
  const names = (table: Record<string, string>) =>
    new Map(Object.entries(table).map(([name, deployed]) => [deployed, name]));
  const byFunction = names(plan.functionNames);
  const machines = new Map(all.filter(ofKind('state-machine')).map((one) => [one.arn, one]));
  const rest: Omit<Blueprint, 'release'> = {
    prefix,
    account,
    tags: plan.tags,
    buckets: all.filter(ofKind('bucket')).map(({ name, versioning }) => ({ name, versioning })),
    releasesBucket: releases,
    functions: Object.fromEntries(
      all.filter(ofKind('lambda-function')).map(({ artifact, kind, code, ...planned }) => [
        byFunction.get(planned.name)!,
        {
          ...planned,
          codeSha256: artifact.sha256,
          layerSha256: project.functions[byFunction.get(planned.name)!]!.layers.map(
            (layer) => artifacts.layers[layer]!.sha256,
          ),
        },
      ]),
    ),
    layers: Object.fromEntries(
      all
        .filter(ofKind('layer'))
        .map(({ artifact, name, runtimes, architecture }) => [
          artifact.name,
          { name, codeSha256: artifact.sha256, runtimes, architecture },
        ]),
    ),
    roles: all.filter(ofKind('role')),
    logGroups: all.filter(ofKind('log-group')).map(({ kind, ...group }) => group),
    objects: all
      .filter(ofKind('object'))
      .map(({ bucket, key, file }) => ({ bucket, key, sha256: file.sha256 })),
    activities: all.filter(ofKind('activity')).map(({ kind, ...activity }) => activity),
    stateMachines: Object.fromEntries(
      dependenciesFirst(Object.values(project.stateMachines)).map((machine) => {
        const { name, arn, roleArn, type, logging } = machines.get(plan.stateMachineArns[machine.name]!)!;
        const { definition, sha256 } = artifacts.stateMachines[machine.name]!;
        const substitutions = Object.entries(machine.substitutions).map(([key, reference]) => [
          key,
          substitutionOf(reference, plan.valueOf),
        ]);
        const blueprint = { name, arn, roleArn, type, alias, logging, definition, sha256 };
        return [machine.name, { ...blueprint, substitutions: Object.fromEntries(substitutions) }];
      }),
    ),
    notifications: all.filter(ofKind('notification')),
    alarms: alarmsFor(
      [...machines.values()].map(({ name, arn }) => ({ name, arn })),
      Object.values(plan.functionNames),
    ),
  };
  return { release: releaseId(rest), ...rest };
}

/** Of everything in a blueprint but the id itself. */
export function releaseId(rest: Omit<Blueprint, 'release'>): string {
  const digest = createHash('sha256')
    .update(canonicalJson(rest as unknown as Json))
    .digest('hex');
  return `r${digest.slice(0, 12)}`;
}

function projectIn(project: Project, { functions, substitutions }: Environment): Project {
  return overlayProject(project, { functions, substitutions }, project.folder);
}

function substitutionOf(
  reference: Reference,
  textOf: (reference: Reference) => string,
): SubstitutionBlueprint {
  if (reference.kind === 'function' || reference.kind === 'state-machine') {
    const { kind, name, attribute } = reference;
    return { kind: `${kind}-version`, name, attribute };
  }
  return { kind: 'text', value: textOf(reference), isLiteral: reference.kind === 'literal' };
}

/** What a release has published: numbers of function versions and ARNs of state machine versions, by project name. */
export interface Published {
  functions: Readonly<Record<string, string>>;
  stateMachines: Readonly<Record<string, string>>;
}

/** Values of all placeholders of a machine once what it names is published. */
export function substitutionsOf(
  { functions, stateMachines, account }: Blueprint,
  machine: StateMachineBlueprint,
  published: Published,
): Record<string, string> {
  const { partition, region, accountId } = account;
  const textOf = (one: SubstitutionBlueprint): string => {
    if (one.kind === 'text') return one.value;
    if (one.kind === 'function-version') {
      const qualified = `${functions[one.name]!.name}:${published.functions[one.name] ?? ''}`;
      return one.attribute === 'name'
        ? qualified
        : `arn:${partition}:lambda:${region}:${accountId}:function:${qualified}`;
    }
    const target = stateMachines[one.name]!;
    if (one.attribute === 'name') return target.name;
    // Of machines that start each other one is not published yet: its alias stands for it.
    return published.stateMachines[one.name] ?? `${target.arn}:${target.alias}`;
  };
  return Object.fromEntries(Object.entries(machine.substitutions).map(([name, one]) => [name, textOf(one)]));
}

/** Texts of literals, by placeholder: they must have been run as they are released. */
export const literalsOf = ({ substitutions }: StateMachineBlueprint): Record<string, string> =>
  Object.fromEntries(
    Object.entries(substitutions).flatMap(([name, one]) =>
      one.kind === 'text' && one.isLiteral ? [[name, one.value]] : [],
    ),
  );

/** Texts of placeholders that are known before anything is published. */
export const fixedValuesOf = ({ substitutions }: StateMachineBlueprint): Record<string, string> =>
  Object.fromEntries(
    Object.entries(substitutions).flatMap(([name, one]) => (one.kind === 'text' ? [[name, one.value]] : [])),
  );

const ofKind =
  <Kind extends Resource['kind']>(kind: Kind) =>
  (resource: Resource): resource is Extract<Resource, { kind: Kind }> =>
    resource.kind === kind;
