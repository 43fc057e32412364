/**
 * What a deployment consists of, as data: names, ARNs, policies and contents, in the order in which they can be
 * made. Pure: the same spec and account give the same plan, and a plan can be shown before anything is written.
 */
import type { ModelArtifact } from '../artifacts/build-artifacts.ts';
import { HANDLER, LAMBDA_NAMES, type LambdaName } from '../artifacts/bundle.ts';
import type { LambdaArtifact } from '../artifacts/lambda-artifact.ts';
import type { JsonObject } from '../core/json.ts';
import { substituteDefinition } from '../project/placeholders.ts';
import { type Account, type CodeObject, type DeploymentSpec, OWNER_TAG } from './deployment-spec.ts';
import { denying, functionPolicy, stateMachinePolicy, trustPolicy } from './policies.ts';
import { tolerateFailures } from './tolerate-failures.ts';

export interface BucketResource {
  kind: 'bucket';
  name: string;
}

export interface ModelObjectResource {
  kind: 'model-object';
  bucket: string;
  key: string;
  file: ModelArtifact['files'][number];
}

export interface RoleResource {
  kind: 'role';
  name: string;
  trust: JsonObject;
  /** The one inline policy, named as the role. */
  policy: JsonObject;
}

export interface LogGroupResource {
  kind: 'log-group';
  name: string;
  retentionDays?: number;
}

export interface FunctionResource {
  kind: 'lambda-function';
  name: string;
  roleArn: string;
  artifact: LambdaArtifact;
  /** Where the artifact's zip lies in S3, if it does. */
  code?: CodeObject;
  handler: string;
  runtime: string;
  architecture: 'x86_64' | 'arm64';
  memoryMB: number;
  timeoutSeconds: number;
  ephemeralStorageMB: number;
  environment: Record<string, string>;
}

export interface StateMachineResource {
  kind: 'state-machine';
  name: string;
  arn: string;
  roleArn: string;
  definition: JsonObject;
}

export type Resource =
  | BucketResource
  | ModelObjectResource
  | RoleResource
  | LogGroupResource
  | FunctionResource
  | StateMachineResource;

export type ResourceKind = Resource['kind'];

export interface DeploymentPlan {
  prefix: string;
  account: Account;
  tags: Record<string, string>;
  stateMachineArn: string;
  functionNames: Record<LambdaName, string>;
  functionArns: Record<LambdaName, string>;
  /** Everything within a phase is independent; a phase needs those before it. */
  phases: Resource[][];
}

/** Lambda bills memory by the second: only inference needs the original's 10 GB. 1,769 MB are one whole vCPU. */
const DEFAULT_MEMORY_MB: Record<LambdaName, number> = { init: 1769, inference: 10_240, summarize: 1769 };

export function planDeployment(spec: DeploymentSpec, account: Account): DeploymentPlan {
  const { prefix, artifacts, workBuckets, dataBuckets, readBuckets = [] } = spec;
  const { partition, accountId, region } = account;
  const perFunction = <Value>(make: (name: LambdaName) => Value) =>
    Object.fromEntries(LAMBDA_NAMES.map((name) => [name, make(name)])) as Record<LambdaName, Value>;
  const functionNames = perFunction((name) => `${prefix}-${name}`);
  const functionArns = perFunction(
    (name) => `arn:${partition}:lambda:${region}:${accountId}:function:${functionNames[name]}`,
  );
  const roleArn = (name: string) => `arn:${partition}:iam::${accountId}:role/${name}`;
  const machineName = `${prefix}-pipeline`;
  const stateMachineArn = `arn:${partition}:states:${region}:${accountId}:stateMachine:${machineName}`;
  const roles: RoleResource[] = [
    {
      kind: 'role',
      name: `${prefix}-functions`,
      trust: trustPolicy('lambda.amazonaws.com', account),
      policy: denying(
        functionPolicy(account, Object.values(functionNames), workBuckets, [...dataBuckets, ...readBuckets]),
        spec.deny?.functions,
      ),
    },
    {
      kind: 'role',
      name: `${prefix}-state-machine`,
      trust: trustPolicy('states.amazonaws.com', account),
      policy: denying(
        stateMachinePolicy(account, machineName, Object.values(functionArns), workBuckets),
        spec.deny?.stateMachine,
      ),
    },
  ];
  const definition = substituteDefinition(artifacts.stateMachine.definition, {
    InitFunctionArn: functionArns.init,
    InferenceFunctionArn: functionArns.inference,
    SummarizeFunctionArn: functionArns.summarize,
    MapExecutionType: spec.mapExecutionType ?? 'STANDARD',
  });
  const { toleratedFailures } = spec;
  const stateMachine: StateMachineResource = {
    kind: 'state-machine',
    name: machineName,
    arn: stateMachineArn,
    roleArn: roleArn(roles[1]!.name),
    definition:
      toleratedFailures === undefined ? definition : tolerateFailures(definition, toleratedFailures),
  };
  return {
    prefix,
    account,
    tags: { ...spec.tags, [OWNER_TAG]: prefix },
    stateMachineArn,
    functionNames,
    functionArns,
    phases: [
      [
        ...[...new Set([...workBuckets, ...dataBuckets])].map((name) => ({ kind: 'bucket', name }) as const),
        ...roles,
        ...Object.values(functionNames).map((name) => logGroup(name, spec.logRetentionDays)),
      ],
      [
        ...modelObjects(spec),
        ...LAMBDA_NAMES.map((name) =>
          lambdaFunction(spec, name, functionNames[name], roleArn(roles[0]!.name)),
        ),
      ],
      [stateMachine],
    ],
  };
}

function logGroup(functionName: string, retentionDays: number | undefined): LogGroupResource {
  return {
    kind: 'log-group',
    name: `/aws/lambda/${functionName}`,
    ...(retentionDays === undefined ? {} : { retentionDays }),
  };
}

function modelObjects({ workBuckets, modelFolder, artifacts }: DeploymentSpec): ModelObjectResource[] {
  const bucket = workBuckets[0];
  if (bucket === undefined || artifacts.model.bundled !== undefined) return [];
  const folder = modelFolder.replace(/\/+$/, '');
  return artifacts.model.files.map((file) => ({
    kind: 'model-object',
    bucket,
    key: `${folder}/${file.name}`,
    file,
  }));
}

/** How init and inference know that the model lies in the package (lambdas/shared/model-location.ts). */
function bundledModelEnvironment({ bundled, sha256 }: ModelArtifact): Record<string, string> {
  return bundled === undefined ? {} : { MODEL_BUNDLED: bundled, MODEL_SHA256: sha256 };
}

function lambdaFunction(
  spec: DeploymentSpec,
  name: LambdaName,
  fullName: string,
  roleArn: string,
): FunctionResource {
  const settings = spec.functions?.[name] ?? {};
  return {
    kind: 'lambda-function',
    name: fullName,
    roleArn,
    artifact: spec.artifacts.lambdas[name],
    ...(spec.code ? { code: spec.code[name] } : {}),
    handler: HANDLER,
    runtime: spec.runtime ?? 'nodejs22.x',
    architecture: spec.artifacts.target.arch === 'arm64' ? 'arm64' : 'x86_64',
    memoryMB: settings.memoryMB ?? DEFAULT_MEMORY_MB[name],
    timeoutSeconds: settings.timeoutSeconds ?? 900,
    ephemeralStorageMB: settings.ephemeralStorageMB ?? 512,
    environment: {
      POWERTOOLS_LOG_LEVEL: 'INFO',
      // A note about Node versions in every cold start's log helps nobody.
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      ...(name === 'summarize' ? {} : bundledModelEnvironment(spec.artifacts.model)),
      ...(name === 'init' ? { MAX_CONCURRENCY: String(spec.maxConcurrency ?? 0) } : {}),
      ...settings.environment,
    },
  };
}
