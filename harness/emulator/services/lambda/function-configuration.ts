/**
 * Turns the configuration members of CreateFunction and UpdateFunctionConfiguration into what is kept. The model has
 * checked each member by itself; here is what depends on other members, on layers and on other services.
 */
import type {
  CreateFunctionCommandInput,
  UpdateFunctionConfigurationCommandInput,
} from '@aws-sdk/client-lambda';
import type { AwsLimits } from '../../../core/limits.ts';
import { parseArn } from '../../arn.ts';
import { invalidParameter, layerAccessDenied } from './errors.ts';
import type { FunctionPlace } from './function-name.ts';
import { checkRuntime, SNAP_START_RUNTIMES } from './runtime/known-runtimes.ts';
import type { FunctionLayer, FunctionVersion, LoggingConfig, VpcConfig } from './store/entities.ts';
import type { LayerStore } from './store/layer-store.ts';

type Input = Partial<CreateFunctionCommandInput & UpdateFunctionConfigurationCommandInput>;

/** Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
const RESERVED_VARIABLES = new Set([
  'AWS_DEFAULT_REGION',
  'AWS_REGION',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_LAMBDA_RUNTIME_API',
  'LAMBDA_TASK_ROOT',
  'LAMBDA_RUNTIME_DIR',
]);

/** The members of FunctionVersion that CreateFunction and UpdateFunctionConfiguration both set. */
export type ConfigurationChange = Partial<
  Pick<
    FunctionVersion,
    | 'description'
    | 'runtime'
    | 'handler'
    | 'role'
    | 'timeoutSeconds'
    | 'memoryMB'
    | 'ephemeralStorageMB'
    | 'environment'
    | 'layers'
    | 'tracingMode'
    | 'loggingConfig'
    | 'deadLetterTargetArn'
    | 'kmsKeyArn'
    | 'vpcConfig'
    | 'snapStartApplyOn'
  >
>;

/** What the checks depend on. */
export interface ConfigurationPlace {
  functionName: string;
  env: FunctionPlace & { limits: AwsLimits };
  layers: LayerStore;
  /** The version to be changed; absent on creation. */
  current?: FunctionVersion;
}

/**
 * The changes that an input asks for; absent members change nothing.
 * @throws AwsError InvalidParameterValueException, AccessDeniedException
 */
export function configurationChange(input: Input, place: ConfigurationPlace): ConfigurationChange {
  refuseUnserved(input);
  const { env } = place;
  if (input.Runtime !== undefined) checkRuntime(input.Runtime);
  checkSnapStart(input, place);
  const change: { [K in keyof ConfigurationChange]: ConfigurationChange[K] | undefined } = {
    description: input.Description,
    runtime: input.Runtime,
    handler: input.Handler,
    role: input.Role,
    timeoutSeconds: input.Timeout,
    memoryMB: input.MemorySize,
    ephemeralStorageMB: input.EphemeralStorage?.Size,
    environment: input.Environment && environmentOf(input.Environment.Variables ?? {}, env.limits),
    layers: input.Layers && layersOf(input.Layers, env, place.layers),
    tracingMode: input.TracingConfig?.Mode,
    loggingConfig: input.LoggingConfig && loggingOf(input.LoggingConfig, place),
    deadLetterTargetArn: deadLetterTargetOf(input, env),
    kmsKeyArn: input.KMSKeyArn,
    vpcConfig: input.VpcConfig && vpcConfigOf(input.VpcConfig),
    snapStartApplyOn: input.SnapStart?.ApplyOn,
  };
  return Object.fromEntries(
    Object.entries(change).filter(([, value]) => value !== undefined),
  ) as ConfigurationChange;
}

/** @throws AwsError InvalidParameterValueException for what cannot be had here */
function refuseUnserved({ PackageType, FileSystemConfigs = [] }: Input): void {
  if (PackageType === 'Image') {
    throw invalidParameter('Container images are not run here; use a deployment package (PackageType Zip).');
  }
  if (FileSystemConfigs.length > 0) {
    throw invalidParameter(
      'File systems (EFS) are not served here; a function has its own /tmp (EphemeralStorage) and S3.',
    );
  }
}

/** Queues and topics; the empty text takes the target away. */
function deadLetterTargetOf({ DeadLetterConfig }: Input, env: FunctionPlace): string | undefined {
  const text = DeadLetterConfig?.TargetArn;
  if (text === undefined || text === '') return text;
  const arn = parseArn(text);
  if (arn?.service !== 'sqs' && arn?.service !== 'sns') {
    throw invalidParameter(
      `The dead letter target ${text} is neither a queue (SQS) nor a topic (SNS); use an on-failure destination for functions and buckets.`,
    );
  }
  if (arn.region !== env.region || arn.resource === '') {
    throw invalidParameter(
      `The dead letter target ${text} must be a queue (SQS) or topic (SNS) in ${env.region}.`,
    );
  }
  return text;
}

function environmentOf(variables: { [name: string]: string }, limits: AwsLimits): { [name: string]: string } {
  const reserved = Object.keys(variables).filter((name) => RESERVED_VARIABLES.has(name));
  if (reserved.length > 0) {
    throw invalidParameter(
      `Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${reserved.join(', ')}`,
    );
  }
  const measured = JSON.stringify(variables);
  if (Buffer.byteLength(measured) > limits.lambdaEnvironmentBytes) {
    throw invalidParameter(
      `Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit. String measured: ${measured}`,
    );
  }
  return variables;
}

function checkSnapStart(input: Input, { current, env: { limits } }: ConfigurationPlace): void {
  const applyOn = input.SnapStart?.ApplyOn;
  const runtime = input.Runtime ?? current?.runtime ?? '';
  if (applyOn === 'PublishedVersions' && !SNAP_START_RUNTIMES.test(runtime)) {
    throw invalidParameter(`${runtime} is not supported for SnapStart enabled functions.`);
  }
  const storageMB = input.EphemeralStorage?.Size ?? current?.ephemeralStorageMB ?? 0;
  const isOn = (applyOn ?? current?.snapStartApplyOn) === 'PublishedVersions';
  if (isOn && storageMB > limits.lambdaMinEphemeralStorageMB) {
    throw invalidParameter(
      `SnapStart does not support ephemeral storage greater than ${limits.lambdaMinEphemeralStorageMB} MB.`,
    );
  }
}

/** Members that are absent stay as they are; a change of format to JSON sets both levels. */
function loggingOf(
  given: NonNullable<Input['LoggingConfig']>,
  { functionName, current }: ConfigurationPlace,
): LoggingConfig {
  const before = current?.loggingConfig;
  const format = given.LogFormat ?? before?.LogFormat ?? 'Text';
  const { ApplicationLogLevel, SystemLogLevel } = given;
  if (format === 'Text' && (ApplicationLogLevel !== undefined || SystemLogLevel !== undefined)) {
    throw invalidParameter('Log level configuration is only supported when LogFormat is set to JSON.');
  }
  const levels = {
    ApplicationLogLevel: ApplicationLogLevel ?? before?.ApplicationLogLevel ?? 'INFO',
    SystemLogLevel: SystemLogLevel ?? before?.SystemLogLevel ?? 'INFO',
  };
  return {
    LogFormat: format,
    ...(format === 'JSON' ? levels : {}),
    LogGroup: given.LogGroup ?? before?.LogGroup ?? `/aws/lambda/${functionName}`,
  };
}

/** Source: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_LAYERS = 5;

/** The layers named, each of which must be there. */
function layersOf(arns: readonly string[], env: FunctionPlace, store: LayerStore): FunctionLayer[] {
  if (arns.length > MAX_LAYERS) throw invalidParameter('Cannot reference more than 5 layers.');
  const seen = new Map<string, string>();
  return arns.map((arn) => {
    const { region, accountId } = parseArn(arn)!;
    // A layer of another account is not here, shared or not.
    if (accountId !== env.accountId) throw layerAccessDenied(`arn:aws:iam::${env.accountId}:root`, arn);
    if (region !== env.region) {
      throw invalidParameter(
        `Layers are not in the same region as the function. Layers are expected to be in region ${env.region}.`,
      );
    }
    const version = store.findByArn(arn);
    if (!version || version.isDeleted) throw invalidParameter(`Layer version ${arn} does not exist.`);
    const layerArn = arn.slice(0, arn.lastIndexOf(':'));
    const other = seen.get(layerArn);
    if (other !== undefined) {
      throw invalidParameter(
        `Two different versions of the same layer are not allowed to be referenced in the same function. ${other} and ${arn} are versions of the same layer.`,
      );
    }
    seen.set(layerArn, arn);
    return { arn, codeSizeBytes: version.codeSizeBytes, codeSha256: version.codeSha256 };
  });
}

/**
 * There is no EC2 here: what could be a subnet or a security group is kept and answered as given, without the VPC it
 * would belong to. Empty lists take the function out of its VPC.
 */
function vpcConfigOf({
  SubnetIds = [],
  SecurityGroupIds = [],
  Ipv6AllowedForDualStack = false,
}: NonNullable<Input['VpcConfig']>): VpcConfig {
  if ((SubnetIds.length === 0) !== (SecurityGroupIds.length === 0)) {
    throw invalidParameter('SubnetIds and SecurityIds must coexist or be both empty list.');
  }
  // EC2's answers about ids that cannot exist.
  const subnet = SubnetIds.find((id) => !/^subnet-[0-9a-z]+$/.test(id));
  if (subnet !== undefined) {
    throw invalidParameter(
      `Error occurred while DescribeSubnets. EC2 Error Code: InvalidSubnetID.NotFound. EC2 Error Message: The subnet ID '${subnet}' does not exist`,
    );
  }
  const group = SecurityGroupIds.find((id) => !/^sg-[0-9a-zA-Z]+$/.test(id));
  if (group !== undefined) {
    throw invalidParameter(
      `Error occurred while DescribeSecurityGroups. EC2 Error Code: InvalidGroupId.Malformed. EC2 Error Message: Invalid id: "${group}" (expecting "sg-...")`,
    );
  }
  return { SubnetIds, SecurityGroupIds, Ipv6AllowedForDualStack };
}
