/** What a deployment consists of, resource by resource, as data. */
import type { ObjectArtifact } from '../artifacts/build-artifacts.ts';
import type { CodeArtifact } from '../artifacts/code-artifact.ts';
import type { JsonObject } from '../core/json.ts';
import type { BucketNotification, FunctionLogging, Reference } from '../project/project.ts';
import type { Account, CodeObject } from './deployment-spec.ts';

export interface BucketResource {
  kind: 'bucket';
  name: string;
  versioning: boolean;
}

export interface ObjectResource {
  kind: 'object';
  bucket: string;
  key: string;
  file: Pick<ObjectArtifact, 'file' | 'sha256' | 'sizeBytes'>;
}

export interface RoleResource {
  kind: 'role';
  name: string;
  trust: JsonObject;
  /** The one inline policy, named as the role. */
  policy: JsonObject;
  /** Managed policies that are attached; none when left out. */
  managedPolicyArns?: readonly string[];
}

export interface LogGroupResource {
  kind: 'log-group';
  name: string;
  retentionDays?: number;
}

export interface ActivityResource {
  kind: 'activity';
  name: string;
  arn: string;
}

export interface LayerResource {
  kind: 'layer';
  name: string;
  artifact: CodeArtifact;
  code?: CodeObject;
  runtimes: readonly string[];
  architecture: 'x86_64' | 'arm64';
}

export interface FunctionResource {
  kind: 'lambda-function';
  name: string;
  roleArn: string;
  artifact: CodeArtifact;
  /** Where the artifact's zip lies in S3, if it does. */
  code?: CodeObject;
  handler: string;
  runtime: string;
  architecture: 'x86_64' | 'arm64';
  memoryMB: number;
  timeoutSeconds: number;
  ephemeralStorageMB: number;
  environment: Record<string, string>;
  /** Deployed names of layers, in order; their versions are known once they are published. */
  layers: string[];
  logging: FunctionLogging;
  reservedConcurrency?: number;
}

export interface StateMachineResource {
  kind: 'state-machine';
  name: string;
  arn: string;
  roleArn: string;
  type: 'STANDARD' | 'EXPRESS';
  definition: JsonObject;
  logging: { level: string; includeExecutionData: boolean; logGroupArn?: string };
  /** File that the definition comes from, for messages. */
  file: string;
}

/** All notifications of a bucket, with the permission for S3 to invoke each function. */
export interface NotificationResource {
  kind: 'notification';
  name: string;
  accountId: string;
  targets: (Omit<BucketNotification, 'function'> & { functionName: string; functionArn: string })[];
}

export type Resource =
  | BucketResource
  | ObjectResource
  | RoleResource
  | LogGroupResource
  | ActivityResource
  | LayerResource
  | FunctionResource
  | StateMachineResource
  | NotificationResource;

export type ResourceKind = Resource['kind'];

export interface DeploymentPlan {
  prefix: string;
  account: Account;
  tags: Record<string, string>;
  /** ARN of the project's first state machine; empty when it has none. */
  stateMachineArn: string;
  /** By name in the project. */
  stateMachineArns: Record<string, string>;
  functionNames: Record<string, string>;
  functionArns: Record<string, string>;
  /** Real names of the project's buckets. */
  buckets: Record<string, string>;
  /** The value of a reference in this account. */
  valueOf(reference: Reference): string;
  /** Everything within a phase is independent; a phase needs those before it. */
  phases: Resource[][];
}
