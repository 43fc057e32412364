/**
 * What a release will be in its account, as data: names, settings, policies and contents by digest. Pure, and the
 * whole of it is digested into the release's id: the same proven artifacts with the same settings are the same
 * release, and applying it twice changes nothing.
 */
import { createHash } from 'node:crypto';
import type { ArtifactSet } from '../../artifacts/build-artifacts.ts';
import { LAMBDA_NAMES, type LambdaName } from '../../artifacts/bundle.ts';
import { canonicalJson } from '../../artifacts/digest.ts';
import type { Json, JsonObject } from '../../core/json.ts';
import type { Account, FunctionSettings } from '../../deploy/deployment-spec.ts';
import {
  type FunctionResource,
  planDeployment,
  type Resource,
  type RoleResource,
} from '../../deploy/plan.ts';
import { hexadecimal } from '../evidence/subjects.ts';
import type { Environment } from '../policy.ts';
import { type AlarmBlueprint, alarmsFor } from './alarms.ts';

/** A function without the file that its code lies in. */
export type FunctionBlueprint = Omit<FunctionResource, 'artifact' | 'kind'> & { codeSha256: string };

export interface Blueprint {
  /** `r` and twelve hexadecimal digits of the digest of everything else. */
  release: string;
  prefix: string;
  account: Account;
  tags: Record<string, string>;
  buckets: string[];
  releasesBucket: string;
  functions: Record<LambdaName, FunctionBlueprint>;
  /** Roles that the release makes itself. */
  roles: RoleResource[];
  logGroups: { name: string; retentionDays?: number }[];
  /** The network, under the same key in every work bucket. */
  model: { buckets: string[]; key: string; sha256: string };
  stateMachine: {
    name: string;
    arn: string;
    roleArn: string;
    alias: string;
    /** Definition with its placeholders, and their values but for the functions' versions. */
    definition: JsonObject;
    sha256: string;
    values: Record<string, string>;
  };
  alarms: AlarmBlueprint[];
}

/** Placeholder of each function's ARN in the definition. */
export const PLACEHOLDERS: Record<LambdaName, string> = {
  init: 'InitFunctionArn',
  inference: 'InferenceFunctionArn',
  summarize: 'SummarizeFunctionArn',
};

/** The blueprint of `artifacts` in an environment. */
export function blueprintOf(environment: Environment, artifacts: ArtifactSet, account: Account): Blueprint {
  const { prefix, buckets, modelFolder, roles } = environment;
  const modelVersion = `sha256-${hexadecimal(artifacts.model.sha256)}`;
  const plan = planDeployment(
    {
      prefix,
      artifacts,
      workBuckets: buckets.work,
      dataBuckets: buckets.data,
      modelFolder,
      functions: functionSettings(environment, modelVersion),
      runtime: environment.runtime,
      mapExecutionType: environment.mapExecutionType,
      tags: environment.tags,
      ...(environment.maxConcurrency === undefined ? {} : { maxConcurrency: environment.maxConcurrency }),
      ...(environment.logRetentionDays === undefined
        ? {}
        : { logRetentionDays: environment.logRetentionDays }),
    },
    account,
  );
  const all = plan.phases.flat();
  const own = all.filter(ofKind('role'));
  const roleArn = (name: string) => `arn:${account.partition}:iam::${account.accountId}:role/${name}`;
  const functionRole = roleArn(roles.functions ?? own[0]!.name);
  const machine = all.find(ofKind('state-machine'))!;
  const functions = all.filter(ofKind('lambda-function'));
  const rest: Omit<Blueprint, 'release'> = {
    prefix,
    account,
    tags: plan.tags,
    buckets: all.filter(ofKind('bucket')).map(({ name }) => name),
    releasesBucket: buckets.releases,
    functions: Object.fromEntries(
      LAMBDA_NAMES.map((name, index) => {
        const { artifact, kind, ...planned } = functions[index]!;
        return [name, { ...planned, roleArn: functionRole, codeSha256: artifact.sha256 }];
      }),
    ) as Blueprint['functions'],
    roles: own.filter((_role, index) => (index === 0 ? roles.functions : roles.stateMachine) === undefined),
    logGroups: all.filter(ofKind('log-group')).map(({ kind, ...group }) => group),
    model: {
      buckets: buckets.work,
      key: `${modelFolder.replace(/\/+$/, '')}/${modelVersion}/model.onnx`,
      sha256: artifacts.model.sha256,
    },
    stateMachine: {
      name: machine.name,
      arn: machine.arn,
      roleArn: roleArn(roles.stateMachine ?? own[1]!.name),
      alias: environment.alias,
      definition: artifacts.stateMachine.definition,
      sha256: artifacts.stateMachine.sha256,
      values: { MapExecutionType: environment.mapExecutionType },
    },
    alarms: alarmsFor(prefix, machine.arn, Object.values(plan.functionNames)),
  };
  const digest = createHash('sha256')
    .update(canonicalJson(rest as unknown as Json))
    .digest('hex');
  return { release: `r${digest.slice(0, 12)}`, ...rest };
}

/** Values of all placeholders once the functions' versions are known, by function. */
export function substitutionsOf(
  { functions, stateMachine, account }: Blueprint,
  versions: Record<LambdaName, string>,
): Record<string, string> {
  const { partition, region, accountId } = account;
  const arns = LAMBDA_NAMES.map((name) => [
    PLACEHOLDERS[name],
    `arn:${partition}:lambda:${region}:${accountId}:function:${functions[name].name}:${versions[name]}`,
  ]);
  return { ...stateMachine.values, ...Object.fromEntries(arns) };
}

/** Two releases may need two models at once: each finds its own by its digest. */
function functionSettings(
  { functions }: Environment,
  modelVersion: string,
): Partial<Record<LambdaName, FunctionSettings>> {
  return Object.fromEntries(
    LAMBDA_NAMES.map((name) => {
      const { memoryMB, timeoutSeconds, ephemeralStorageMB, environment } = functions[name] ?? {};
      return [
        name,
        {
          ...(memoryMB === undefined ? {} : { memoryMB }),
          ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
          ...(ephemeralStorageMB === undefined ? {} : { ephemeralStorageMB }),
          environment: { ...(name === 'summarize' ? {} : { MODEL_VERSION: modelVersion }), ...environment },
        },
      ];
    }),
  );
}

const ofKind =
  <Kind extends Resource['kind']>(kind: Kind) =>
  (resource: Resource): resource is Extract<Resource, { kind: Kind }> =>
    resource.kind === kind;
