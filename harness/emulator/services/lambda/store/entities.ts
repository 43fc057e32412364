/** What Lambda keeps of a function. Plain JSON: it is written to the state folder as it is. */
import type { Cors } from '@aws-sdk/client-lambda';

/** The value of a key that clients chose: names of `Object.prototype` are keys like any other. */
export function own<T>(record: { readonly [key: string]: T } | undefined, key: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}

export type PackageArchitecture = 'x86_64' | 'arm64';

export interface LoggingConfig {
  LogFormat: 'Text' | 'JSON';
  ApplicationLogLevel?: string;
  SystemLogLevel?: string;
  LogGroup: string;
}

/** A layer version as a function keeps it, deleted or not. */
export interface FunctionLayer {
  arn: string;
  codeSizeBytes: number;
  /** Base64 SHA-256 of its zip. */
  codeSha256: string;
}

/** Where a function would stand in a network, as AWS names it. */
export interface VpcConfig {
  SubnetIds: string[];
  SecurityGroupIds: string[];
  Ipv6AllowedForDualStack: boolean;
}

/** Configuration and code of one version; `$LATEST` changes, published ones do not. */
export interface FunctionVersion {
  /** `$LATEST` or a number as text. */
  version: string;
  description: string;
  runtime: string;
  handler: string;
  role: string;
  timeoutSeconds: number;
  memoryMB: number;
  ephemeralStorageMB: number;
  /** Absent when none was ever given: AWS shows an empty one that was. */
  environment?: { [name: string]: string };
  architecture: PackageArchitecture;
  layers: FunctionLayer[];
  tracingMode: 'Active' | 'PassThrough';
  loggingConfig: LoggingConfig;
  deadLetterTargetArn?: string;
  kmsKeyArn?: string;
  vpcConfig?: VpcConfig;
  snapStartApplyOn?: 'PublishedVersions' | 'None';
  /** Base64 SHA-256 of the zip. */
  codeSha256: string;
  codeSizeBytes: number;
  codeUnzippedBytes: number;
  lastModifiedMs: number;
  revisionId: string;
  state: 'Pending' | 'Active' | 'Failed';
  stateReason?: string;
  lastUpdateStatus: 'Successful' | 'InProgress' | 'Failed';
  lastUpdateReason?: string;
  /** Grows with every change of code or configuration: an environment of an older one is not used again. */
  generation: number;
}

export interface FunctionAlias {
  name: string;
  functionVersion: string;
  description: string;
  /** Weight in [0, 1] by version: that share of invocations goes there. */
  additionalVersionWeights: { [version: string]: number };
  revisionId: string;
}

export interface EventInvokeConfig {
  maximumRetryAttempts?: number;
  maximumEventAgeSeconds?: number;
  onSuccessArn?: string;
  onFailureArn?: string;
  lastModifiedMs: number;
}

export interface FunctionUrlConfig {
  /** First label of its host name. */
  urlId: string;
  authType: 'NONE' | 'AWS_IAM';
  /** Absent until it was given once: AWS leaves it out of some answers then. */
  invokeMode?: 'BUFFERED' | 'RESPONSE_STREAM';
  cors?: Cors;
  createdMs: number;
  lastModifiedMs: number;
}

/** A statement of the resource policy, as AddPermission made it. */
export type PolicyStatement = { [member: string]: unknown; Sid: string };

/** How many environments are to be kept ready. */
export interface ProvisionedConfig {
  executions: number;
  lastModifiedMs: number;
}

export interface LambdaFunction {
  name: string;
  latest: FunctionVersion;
  /** Published versions, oldest first. */
  published: FunctionVersion[];
  lastVersion: number;
  aliases: { [name: string]: FunctionAlias };
  tags: { [key: string]: string };
  /** Statements by qualifier (the empty text for none). */
  policies: { [qualifier: string]: PolicyStatement[] };
  reservedConcurrency?: number;
  /** By version or alias. */
  provisioned?: { [qualifier: string]: ProvisionedConfig };
  codeSigningConfigArn?: string;
  recursiveLoop?: 'Terminate' | 'Allow';
  /** By version. */
  runtimeManagement?: {
    [version: string]: { updateRuntimeOn: 'Auto' | 'Manual' | 'FunctionUpdate'; runtimeVersionArn?: string };
  };
  eventInvokeConfigs: { [qualifier: string]: EventInvokeConfig };
  /** By alias; the empty text for the function itself. */
  urlConfigs: { [alias: string]: FunctionUrlConfig };
}

/**
 * The URL of an alias, or of the function itself (the empty text). One whose alias was deleted stays, since AWS
 * answers calls to it otherwise than calls to one that never was, but is no one's until the alias is made again.
 */
export const urlConfigOf = (
  found: LambdaFunction | undefined,
  alias: string,
): FunctionUrlConfig | undefined =>
  found && (alias === '' || own(found.aliases, alias)) ? own(found.urlConfigs, alias) : undefined;
