/** What Lambda answers about functions. */
import { createHash } from 'node:crypto';
import { partitionOf } from '../../arn.ts';
import type { ServiceEnvironment } from '../ports.ts';
import { functionArn } from './function-name.ts';
import type { FunctionAlias, FunctionVersion, LambdaFunction, VpcConfig } from './store/entities.ts';

/** `2026-11-23T18:00:00.000+0000` */
export const lastModified = (timeMs: number): string => new Date(timeMs).toISOString().replace(/Z$/, '+0000');

/** FunctionConfiguration. Lists leave the state out; ARNs are qualified where a version was asked for. */
export function functionConfiguration(
  env: ServiceEnvironment,
  found: LambdaFunction,
  version: FunctionVersion,
  options: { qualifier?: string | undefined; withState?: boolean } = {},
): object {
  const { withState = true } = options;
  return {
    FunctionName: found.name,
    FunctionArn: functionArn(env, found.name, options.qualifier),
    Runtime: version.runtime,
    Role: version.role,
    Handler: version.handler,
    CodeSize: version.codeSizeBytes,
    Description: version.description,
    Timeout: version.timeoutSeconds,
    MemorySize: version.memoryMB,
    LastModified: lastModified(version.lastModifiedMs),
    CodeSha256: version.codeSha256,
    Version: version.version,
    VpcConfig: version.vpcConfig === undefined ? undefined : vpcConfig(version.vpcConfig),
    DeadLetterConfig: version.deadLetterTargetArn ? { TargetArn: version.deadLetterTargetArn } : undefined,
    Environment: version.environment === undefined ? undefined : { Variables: version.environment },
    KMSKeyArn: version.kmsKeyArn,
    TracingConfig: { Mode: version.tracingMode },
    RevisionId: version.revisionId,
    Layers:
      version.layers.length > 0
        ? version.layers.map(({ arn, codeSizeBytes }) => ({ Arn: arn, CodeSize: codeSizeBytes }))
        : undefined,
    ...(withState ? stateMembers(version) : {}),
    PackageType: 'Zip',
    Architectures: [version.architecture],
    EphemeralStorage: { Size: version.ephemeralStorageMB },
    SnapStart: {
      ApplyOn: version.snapStartApplyOn ?? 'None',
      OptimizationStatus:
        version.snapStartApplyOn === 'PublishedVersions' && version.version !== '$LATEST' ? 'On' : 'Off',
    },
    ...(withState ? { RuntimeVersionConfig: { RuntimeVersionArn: runtimeVersionArn(env, version) } } : {}),
    LoggingConfig: version.loggingConfig,
  };
}

/** AWS names no VPC for a function that was taken out of its own; here none is known at all. */
const vpcConfig = (config: VpcConfig): object => ({
  ...config,
  ...(config.SubnetIds.length === 0 ? { VpcId: '' } : {}),
});

/** AWS names the build of a runtime by a digest. */
export const runtimeVersionArn = (env: ServiceEnvironment, { runtime }: FunctionVersion): string =>
  `arn:${partitionOf(env.region)}:lambda:${env.region}::runtime:${createHash('sha256').update(runtime).digest('hex')}`;

function stateMembers(version: FunctionVersion): object {
  const isCreating = version.state === 'Pending';
  return {
    State: version.state,
    StateReason: version.stateReason ?? (isCreating ? 'The function is being created.' : undefined),
    StateReasonCode: isCreating
      ? 'Creating'
      : version.state === 'Failed'
        ? 'InvalidZipFileException'
        : undefined,
    ...(isCreating ? {} : { LastUpdateStatus: version.lastUpdateStatus }),
    LastUpdateStatusReason:
      version.lastUpdateReason ??
      (version.lastUpdateStatus === 'InProgress' ? 'The function is being created.' : undefined),
    LastUpdateStatusReasonCode: version.lastUpdateStatus === 'InProgress' ? 'Creating' : undefined,
  };
}

/** AliasConfiguration. */
export function aliasConfiguration(
  env: ServiceEnvironment,
  functionName: string,
  alias: FunctionAlias,
): object {
  const weights = alias.additionalVersionWeights;
  return {
    AliasArn: functionArn(env, functionName, alias.name),
    Name: alias.name,
    FunctionVersion: alias.functionVersion,
    Description: alias.description,
    RoutingConfig: Object.keys(weights).length > 0 ? { AdditionalVersionWeights: weights } : undefined,
    RevisionId: alias.revisionId,
  };
}
