/** The present state of a release's resources in the account. Reads only. */

import type { MetricAlarm } from '@aws-sdk/client-cloudwatch';
import { DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  GetRoleCommand,
  GetRolePolicyCommand,
  type IAMClient,
  paginateListRolePolicies,
} from '@aws-sdk/client-iam';
import { GetLayerVersionByArnCommand, type Layer } from '@aws-sdk/client-lambda';
import { HeadBucketCommand } from '@aws-sdk/client-s3';
import { DescribeStateMachineCommand, paginateListExecutions } from '@aws-sdk/client-sfn';
import { canonicalJson, sha256Base64 } from '../../artifacts/digest.ts';
import { type Clock, wallClock } from '../../core/clock.ts';
import type { Json, JsonObject } from '../../core/json.ts';
import type { AwsClients } from '../../deploy/aws-access.ts';
import { functionSettled } from '../../deploy/resources/lambda-function.ts';
import { unlessNotFound } from '../../deploy/resources/resource-driver.ts';
import type { Blueprint } from '../release/blueprint.ts';
import { EMPTY_JOURNAL } from '../release/journal.ts';
import { type OpenJournal, releaseStore } from '../release/store.ts';
import { SMOKE_PREFIX } from '../smoke.ts';
import { alarmSettings, describeAlarms } from './alarms.ts';
import { parseDocument } from './policy-document.ts';
import { aliasArn, readRouting } from './routing.ts';

interface ObservedFunction {
  codeSha256: string;
  /** Changes with every change of the function; what is written names the one it was planned for. */
  revisionId: string;
  settings: JsonObject;
}

interface ObservedRole {
  trust: JsonObject;
  /** Inline policies by name. */
  policies: Record<string, JsonObject>;
}

/** Whom an alarm tells: the team's own choice, which releases keep. */
type AlarmActions = Pick<
  MetricAlarm,
  'ActionsEnabled' | 'AlarmActions' | 'OKActions' | 'InsufficientDataActions'
>;

interface ObservedMachine {
  definition: JsonObject;
  roleArn: string;
  revisionId: string;
}

export interface Observed {
  buckets: Record<string, boolean>;
  logGroups: Record<string, { retentionDays?: number } | null>;
  /** By name in the project, as state machines and aliases are. */
  functions: Record<string, ObservedFunction | null>;
  roles: Record<string, ObservedRole | null>;
  stateMachines: Record<string, ObservedMachine | null>;
  /** Traffic of each state machine's alias by version ARN, percent. */
  aliases: Record<string, Record<string, number> | null>;
  alarms: Record<string, { settings: JsonObject; actions: AlarmActions } | undefined>;
  journal: OpenJournal;
  /** Executions that are running, but for smoke tests. */
  running: string[];
}

/** Looks at everything that the blueprint names. */
export async function observe(
  clients: AwsClients,
  blueprint: Blueprint,
  clock: Clock = wallClock(),
): Promise<Observed> {
  const { stateMachines, releasesBucket, prefix } = blueprint;
  const bucketNames = [...blueprint.buckets.map(({ name }) => name), releasesBucket];
  const buckets = await byName(bucketNames, (name) => hasBucket(clients, name));
  const store = releaseStore(clients.s3, releasesBucket, prefix);
  const machineNames = Object.keys(stateMachines);
  const [logGroups, roles, functions, machines, aliases, alarms, journal] = await Promise.all([
    byName(
      blueprint.logGroups.map(({ name }) => name),
      (name) => observeLogGroup(clients, name),
    ),
    byName(
      blueprint.roles.map(({ name }) => name),
      (name) => observeRole(clients.iam, name),
    ),
    byName(Object.keys(blueprint.functions), (name) =>
      observeFunction(clients, clock, blueprint.functions[name]!.name),
    ),
    byName(machineNames, (name) => observeMachine(clients, stateMachines[name]!.arn)),
    byName(machineNames, (name) => readRouting(clients, aliasArn(stateMachines[name]!))),
    observeAlarms(clients, blueprint),
    buckets[releasesBucket] ? store.readJournal() : { journal: EMPTY_JOURNAL },
  ]);
  const running = await Promise.all(
    Object.entries(stateMachines)
      // Step Functions lists no executions of Express workflows.
      .filter(([name, { type }]) => machines[name] !== null && type === 'STANDARD')
      .map(([, { arn }]) => runningExecutions(clients, arn)),
  );
  return {
    buckets,
    logGroups,
    functions,
    roles,
    stateMachines: machines,
    aliases,
    alarms,
    journal,
    running: running.flat(),
  };
}

/** Digest of everything but what comes and goes by itself: a plan made for another state is not applied. */
export function fingerprint({ running, ...rest }: Observed): string {
  return sha256Base64(canonicalJson(rest as unknown as Json));
}

async function byName<Name extends string, Value>(
  names: readonly Name[],
  look: (name: Name) => Promise<Value>,
): Promise<Record<string, Value>> {
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await look(name)] as const)));
}

async function hasBucket({ s3 }: AwsClients, name: string): Promise<boolean> {
  return (await unlessNotFound(s3.send(new HeadBucketCommand({ Bucket: name })))) !== undefined;
}

async function observeLogGroup({ logs }: AwsClients, name: string) {
  const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: name }));
  const group = logGroups.find(({ logGroupName }) => logGroupName === name);
  if (!group) return null;
  return group.retentionInDays === undefined ? {} : { retentionDays: group.retentionInDays };
}

async function observeFunction(
  clients: AwsClients,
  clock: Clock,
  name: string,
): Promise<ObservedFunction | null> {
  // A release that was interrupted may have left an update under way, at whose end the revision changes.
  const found = await unlessNotFound(functionSettled({ clients, clock }, name));
  if (!found) return null;
  return {
    codeSha256: found.CodeSha256 ?? '',
    revisionId: found.RevisionId ?? '',
    settings: {
      role: found.Role ?? '',
      handler: found.Handler ?? '',
      runtime: found.Runtime ?? '',
      architecture: found.Architectures?.[0] ?? 'x86_64',
      memoryMB: found.MemorySize ?? 128,
      timeoutSeconds: found.Timeout ?? 3,
      ephemeralStorageMB: found.EphemeralStorage?.Size ?? 512,
      environment: found.Environment?.Variables ?? {},
      layers: await layerDigests(clients.lambda, found.Layers ?? []),
    },
  };
}

/** `NAME DIGEST` of each layer. */
async function layerDigests(lambda: AwsClients['lambda'], layers: readonly Layer[]): Promise<string[]> {
  return Promise.all(
    layers.map(async ({ Arn = '' }) => {
      const found = await unlessNotFound(lambda.send(new GetLayerVersionByArnCommand({ Arn })));
      return `${Arn.split(':')[6]} ${found?.Content?.CodeSha256 ?? 'gone'}`;
    }),
  );
}

async function observeRole(iam: IAMClient, name: string): Promise<ObservedRole | null> {
  const found = await unlessNotFound(iam.send(new GetRoleCommand({ RoleName: name })));
  if (!found?.Role) return null;
  const policies: Record<string, JsonObject> = {};
  for await (const page of paginateListRolePolicies({ client: iam }, { RoleName: name })) {
    for (const policy of page.PolicyNames ?? []) {
      const { PolicyDocument } = await iam.send(
        new GetRolePolicyCommand({ RoleName: name, PolicyName: policy }),
      );
      policies[policy] = parseDocument(PolicyDocument);
    }
  }
  return { trust: parseDocument(found.Role.AssumeRolePolicyDocument), policies };
}

async function observeMachine({ stepfunctions }: AwsClients, arn: string): Promise<ObservedMachine | null> {
  const found = await unlessNotFound(
    stepfunctions.send(new DescribeStateMachineCommand({ stateMachineArn: arn })),
  );
  if (!found || found.status === 'DELETING') return null;
  return {
    definition: JSON.parse(found.definition ?? '{}') as JsonObject,
    roleArn: found.roleArn ?? '',
    revisionId: found.revisionId ?? 'INITIAL',
  };
}

async function observeAlarms(clients: AwsClients, { alarms }: Blueprint): Promise<Observed['alarms']> {
  const found = await describeAlarms(
    clients,
    alarms.map(({ name }) => name),
  );
  return Object.fromEntries(
    found.map((alarm) => {
      const { AlarmName = '', ActionsEnabled, AlarmActions, OKActions, InsufficientDataActions } = alarm;
      const actions = { ActionsEnabled, AlarmActions, OKActions, InsufficientDataActions };
      return [AlarmName, { settings: alarmSettings(alarm), actions }];
    }),
  );
}

async function runningExecutions({ stepfunctions }: AwsClients, arn: string): Promise<string[]> {
  const names: string[] = [];
  const pages = paginateListExecutions(
    { client: stepfunctions },
    { stateMachineArn: arn, statusFilter: 'RUNNING' },
  );
  for await (const { executions = [] } of pages) names.push(...executions.map(({ name }) => name ?? ''));
  return names.filter((name) => !name.startsWith(SMOKE_PREFIX)).sort();
}
