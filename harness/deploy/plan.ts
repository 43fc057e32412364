/**
 * What a deployment consists of, as data: names, ARNs, policies and contents, in the order in which they can be
 * made. Pure: the same spec and account give the same plan, and a plan can be shown before anything is written.
 */
import { substituteDefinition } from '../project/placeholders.ts';
import type { ProjectStateMachine } from '../project/project.ts';
import { type Account, type DeploymentSpec, OWNER_TAG } from './deployment-spec.ts';
import { type DeployedNames, deployedNames } from './names.ts';
import { objectVersions, plannedObjects } from './plan-objects.ts';
import { type PlannedRoles, planRoles } from './plan-roles.ts';
import type {
  ActivityResource,
  BucketResource,
  DeploymentPlan,
  FunctionResource,
  LayerResource,
  LogGroupResource,
  NotificationResource,
  Resource,
  StateMachineResource,
} from './resource.ts';
import { tolerateFailures } from './tolerate-failures.ts';

export function planDeployment(spec: DeploymentSpec, account: Account): DeploymentPlan {
  const { project, prefix, workBuckets = [] } = spec;
  const names = deployedNames(project, spec, account);
  const roles = planRoles(spec, account, names);
  const own = Object.values(project.buckets).filter(({ existing }) => !existing);
  const buckets = new Map<string, BucketResource>([
    ...own.map(({ name, versioning }): [string, BucketResource] => [
      names.buckets[name]!,
      { kind: 'bucket', name: names.buckets[name]!, versioning },
    ]),
  ]);
  for (const name of workBuckets)
    if (!buckets.has(name)) buckets.set(name, { kind: 'bucket', name, versioning: false });
  const phases: Resource[][] = [
    [
      ...buckets.values(),
      ...roles.roles,
      ...logGroups(spec, names),
      ...project.activities.map(
        (name): ActivityResource => ({
          kind: 'activity',
          name: names.activities[name]!,
          arn: names.activityArns[name]!,
        }),
      ),
    ],
    [...plannedObjects(spec, names), ...layers(spec, names)],
    functions(spec, names, roles),
    stateMachines(spec, account, names, roles),
    notifications(spec, account, names),
  ];
  return {
    prefix,
    account,
    tags: { ...spec.tags, [OWNER_TAG]: prefix },
    stateMachineArn: Object.values(names.stateMachineArns)[0] ?? '',
    stateMachineArns: names.stateMachineArns,
    functionNames: names.functions,
    functionArns: names.functionArns,
    buckets: names.buckets,
    valueOf: names.valueOf,
    phases: phases.filter((phase) => phase.length > 0),
  };
}

function logGroups({ project, logRetentionDays }: DeploymentSpec, names: DeployedNames): LogGroupResource[] {
  const group = (name: string, days: number | undefined): LogGroupResource => {
    const retentionDays = days ?? logRetentionDays;
    return { kind: 'log-group', name, ...(retentionDays === undefined ? {} : { retentionDays }) };
  };
  return [
    ...Object.values(project.functions).map(({ name, logging }) =>
      group(`/aws/lambda/${names.functions[name]}`, logging.retentionDays),
    ),
    ...Object.values(project.stateMachines)
      .filter(({ logging }) => logging.level !== 'OFF')
      .map(({ name, logging }) => group(logGroupOf(names.stateMachines[name]!), logging.retentionDays)),
  ];
}

/** The prefix keeps the resource policy of log delivery small: https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html */
const logGroupOf = (machine: string) => `/aws/vendedlogs/states/${machine}`;

function layers({ project, artifacts, code }: DeploymentSpec, names: DeployedNames): LayerResource[] {
  return Object.values(project.layers).map(({ name, runtimes }) => {
    const object = code?.layers[name];
    return {
      kind: 'layer',
      name: names.layers[name]!,
      artifact: artifacts.layers[name]!,
      ...(object ? { code: object } : {}),
      runtimes,
      architecture: architectureOf(artifacts.target.arch),
    };
  });
}

const architectureOf = (arch: string) => (arch === 'arm64' ? 'arm64' : 'x86_64');

function functions(spec: DeploymentSpec, names: DeployedNames, roles: PlannedRoles): FunctionResource[] {
  const { project, artifacts, code } = spec;
  const versions = objectVersions(spec);
  return Object.values(project.functions).map((fn): FunctionResource => {
    const object = code?.functions[fn.name];
    const own = Object.entries(fn.environment).map(([variable, value]) => [variable, names.valueOf(value)]);
    return {
      kind: 'lambda-function',
      name: names.functions[fn.name]!,
      roleArn: roles.functionRoleArns[fn.name]!,
      artifact: artifacts.functions[fn.name]!,
      ...(object ? { code: object } : {}),
      handler: fn.handler,
      runtime: fn.runtime,
      architecture: fn.architecture ?? architectureOf(artifacts.target.arch),
      memoryMB: fn.memoryMB,
      timeoutSeconds: fn.timeoutSeconds,
      ephemeralStorageMB: fn.ephemeralStorageMB,
      environment: {
        // The stack of a failing bundle names its sources.
        ...(fn.code.kind === 'node-bundle' ? { NODE_OPTIONS: '--enable-source-maps' } : {}),
        ...spec.environment,
        ...versions,
        ...Object.fromEntries(own),
      },
      layers: fn.layers.map((name) => names.layers[name]!),
      logging: fn.logging,
      ...(fn.reservedConcurrency === undefined ? {} : { reservedConcurrency: fn.reservedConcurrency }),
    };
  });
}

function stateMachines(
  { project, toleratedFailures }: DeploymentSpec,
  { partition, region, accountId }: Account,
  names: DeployedNames,
  roles: PlannedRoles,
): StateMachineResource[] {
  return dependenciesFirst(Object.values(project.stateMachines)).map((machine): StateMachineResource => {
    const values = Object.entries(machine.substitutions).map(([name, one]) => [name, names.valueOf(one)]);
    const definition = substituteDefinition(machine.definition, Object.fromEntries(values));
    const name = names.stateMachines[machine.name]!;
    const { level, includeExecutionData } = machine.logging;
    const logGroupArn = `arn:${partition}:logs:${region}:${accountId}:log-group:${logGroupOf(name)}:*`;
    return {
      kind: 'state-machine',
      name,
      arn: names.stateMachineArns[machine.name]!,
      roleArn: roles.stateMachineRoleArns[machine.name]!,
      type: machine.type,
      definition:
        toleratedFailures === undefined ? definition : tolerateFailures(definition, toleratedFailures),
      logging: { level, includeExecutionData, ...(level === 'OFF' ? {} : { logGroupArn }) },
      file: machine.file,
    };
  });
}

/** Machines after those that they start; in the project's order where that leaves it open, as with circles. */
export function dependenciesFirst(machines: readonly ProjectStateMachine[]): ProjectStateMachine[] {
  const byName = new Map(machines.map((one) => [one.name, one]));
  const ordered = new Set<ProjectStateMachine>();
  const visit = (machine: ProjectStateMachine, above: readonly string[]): void => {
    if (ordered.has(machine) || above.includes(machine.name)) return;
    for (const one of Object.values(machine.substitutions)) {
      const target = one.kind === 'state-machine' ? byName.get(one.name) : undefined;
      if (target) visit(target, [...above, machine.name]);
    }
    ordered.add(machine);
  };
  for (const machine of machines) visit(machine, []);
  return [...ordered];
}

function notifications(
  { project }: DeploymentSpec,
  { accountId }: Account,
  names: DeployedNames,
): NotificationResource[] {
  return Object.values(project.buckets)
    .filter((bucket) => bucket.notifications.length > 0)
    .map((bucket) => ({
      kind: 'notification',
      name: names.buckets[bucket.name]!,
      accountId,
      targets: bucket.notifications.map(({ function: target, ...rest }) => ({
        ...rest,
        functionName: names.functions[target]!,
        functionArn: names.functionArns[target]!,
      })),
    }));
}
