/** Checks the configuration that CreateFunction and UpdateFunctionConfiguration take, with Lambda's own texts. */
import { isJsonObject, type JsonObject } from '../../../core/json.ts';
import type { AwsLimits } from '../../../core/limits.ts';
import { invalidParameter, validation } from './errors.ts';
import { parseLayers } from './function-layers.ts';
import { integer, memberText, oneOf, text, textMap } from './parameters.ts';
import { parseRuntime, SNAP_START_RUNTIMES } from './runtime/known-runtimes.ts';
import type { FunctionVersion, LoggingConfig } from './store/entities.ts';
import type { LayerStore } from './store/layer-store.ts';
import { parseVpcConfig, refuseFileSystems } from './vpc-config.ts';

const ROLE = /^arn:(?:aws[a-zA-Z-]*)?:iam::\d{12}:role\/?[a-zA-Z_0-9+=,.@\-_/]+$/;
const HANDLER = /^[^\s]{1,128}$/;
const VARIABLE_NAME = /^[a-zA-Z][a-zA-Z0-9_]+$/;

/** Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
const RESERVED_VARIABLES = new Set([
  '_HANDLER',
  '_X_AMZN_TRACE_ID',
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
  env: { limits: AwsLimits; region: string; accountId: string };
  layers: LayerStore;
  /** The version to be changed; absent on creation. */
  current?: FunctionVersion;
}

/** Checks the configuration members that are present. */
export function parseConfiguration(input: JsonObject, place: ConfigurationPlace): ConfigurationChange {
  const { env } = place;
  const { limits } = env;
  refuseFileSystems(input);
  const change: ConfigurationChange = {
    description: parseDescription(input),
    runtime: parseRuntime(text(input, 'Runtime')),
    handler: parseHandler(input),
    role: parseRole(input),
    timeoutSeconds: integer(input, 'Timeout', { min: 1, max: limits.lambdaMaxTimeoutSeconds }),
    memoryMB: integer(input, 'MemorySize', { min: limits.lambdaMinMemoryMB, max: limits.lambdaMaxMemoryMB }),
    ephemeralStorageMB: parseEphemeralStorage(input, limits),
    environment: parseEnvironment(input, limits),
    layers: parseLayers(input['Layers'], env, place.layers),
    tracingMode: parseTracing(input),
    loggingConfig: parseLogging(input, place),
    deadLetterTargetArn: parseDeadLetterTarget(input, env),
    kmsKeyArn: parseKmsKey(input),
    vpcConfig: parseVpcConfig(input),
    snapStartApplyOn: parseSnapStart(input, place),
  } as ConfigurationChange;
  // Absent members must not overwrite what is there.
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}

const MAX_DESCRIPTION = 256;

function parseDescription(input: JsonObject): string | undefined {
  const description = text(input, 'Description');
  if (description !== undefined && description.length > MAX_DESCRIPTION) {
    throw validation(
      description,
      'description',
      `Member must have length less than or equal to ${MAX_DESCRIPTION}`,
    );
  }
  return description;
}

const ARN_OR_NOTHING = '(arn:(aws[a-zA-Z-]*)?:[a-z0-9-.]+:.*)|()';

/** The empty text takes the key away. */
function parseKmsKey(input: JsonObject): string | undefined {
  const arn = text(input, 'KMSKeyArn');
  if (arn !== undefined && !/^(?:arn:(?:aws[a-zA-Z-]*)?:[a-z0-9-.]+:.*)?$/.test(arn)) {
    const constraint = `Member must satisfy regular expression pattern: ${ARN_OR_NOTHING}`;
    throw validation(arn, 'kMSKeyArn', constraint);
  }
  return arn;
}

/** Queues and topics; the empty text takes the target away. */
function parseDeadLetterTarget(input: JsonObject, env: { region: string }): string | undefined {
  const arn = memberText(input, 'DeadLetterConfig', 'TargetArn');
  if (arn === undefined || arn === '') return arn;
  const service = /^arn:(?:aws[a-zA-Z-]*)?:([a-z0-9-.]+):.*$/.exec(arn)?.[1];
  if (service === undefined) {
    throw validation(
      arn,
      'deadLetterConfig.targetArn',
      `Member must satisfy regular expression pattern: ${ARN_OR_NOTHING}`,
    );
  }
  if (service !== 'sqs' && service !== 'sns') {
    throw invalidParameter(
      `The dead letter target ${arn} is neither a queue (SQS) nor a topic (SNS); use an on-failure destination for functions and buckets.`,
    );
  }
  const [, , , region, , name] = arn.split(':');
  if (region !== env.region || !name) {
    throw invalidParameter(
      `The dead letter target ${arn} must be a queue (SQS) or topic (SNS) in ${env.region}.`,
    );
  }
  return arn;
}

function parseHandler(input: JsonObject): string | undefined {
  const handler = text(input, 'Handler');
  if (handler !== undefined && !HANDLER.test(handler)) {
    throw validation(handler, 'handler', 'Member must satisfy regular expression pattern: [^\\s]+');
  }
  return handler;
}

function parseRole(input: JsonObject): string | undefined {
  const role = text(input, 'Role');
  if (role !== undefined && !ROLE.test(role)) {
    throw validation(
      role,
      'role',
      'Member must satisfy regular expression pattern: arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+',
    );
  }
  return role;
}

function parseEphemeralStorage(input: JsonObject, limits: AwsLimits): number | undefined {
  const storage = input['EphemeralStorage'];
  if (!isJsonObject(storage)) return undefined;
  const size = storage['Size'];
  const { lambdaMinEphemeralStorageMB: min, lambdaMaxEphemeralStorageMB: max } = limits;
  if (typeof size !== 'number' || size < min || size > max) {
    throw validation(
      size,
      'ephemeralStorage.size',
      `Member must have value ${typeof size === 'number' && size > max ? `less than or equal to ${max}` : `greater than or equal to ${min}`}`,
    );
  }
  return size;
}

function parseEnvironment(input: JsonObject, limits: AwsLimits): { [name: string]: string } | undefined {
  const environment = input['Environment'];
  if (!isJsonObject(environment)) return undefined;
  const variables = textMap(environment['Variables'], 'environment.variables');
  const reserved = Object.keys(variables).filter((name) => RESERVED_VARIABLES.has(name));
  if (reserved.length > 0) {
    throw invalidParameter(
      `Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${reserved.join(', ')}`,
    );
  }
  const wrong = Object.keys(variables).find((name) => !VARIABLE_NAME.test(name));
  if (wrong !== undefined) {
    throw validation(
      `{${wrong}=${variables[wrong]}}`,
      'environment.variables',
      'Map keys must satisfy constraint: [Member must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+]',
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

function parseTracing(input: JsonObject): 'Active' | 'PassThrough' | undefined {
  return oneOf(memberText(input, 'TracingConfig', 'Mode'), 'tracingConfig.mode', ['Active', 'PassThrough']);
}

function parseSnapStart(
  input: JsonObject,
  { current, env: { limits } }: ConfigurationPlace,
): 'PublishedVersions' | 'None' | undefined {
  const applyOn = oneOf(memberText(input, 'SnapStart', 'ApplyOn'), 'snapStart.applyOn', [
    'PublishedVersions',
    'None',
  ]);
  const runtime = text(input, 'Runtime') ?? current?.runtime ?? '';
  if (applyOn === 'PublishedVersions' && !SNAP_START_RUNTIMES.test(runtime)) {
    throw invalidParameter(`${runtime} is not supported for SnapStart enabled functions.`);
  }
  const storageMB = parseEphemeralStorage(input, limits) ?? current?.ephemeralStorageMB ?? 0;
  const isOn = (applyOn ?? current?.snapStartApplyOn) === 'PublishedVersions';
  if (isOn && storageMB > limits.lambdaMinEphemeralStorageMB) {
    throw invalidParameter(
      `SnapStart does not support ephemeral storage greater than ${limits.lambdaMinEphemeralStorageMB} MB.`,
    );
  }
  return applyOn;
}

const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const;
const SYSTEM_LEVELS = ['DEBUG', 'INFO', 'WARN'] as const;

/** Members that are absent stay as they are; a change of format to JSON sets both levels. */
function parseLogging(
  input: JsonObject,
  { functionName, current }: ConfigurationPlace,
): LoggingConfig | undefined {
  const logging = input['LoggingConfig'];
  if (!isJsonObject(logging)) return undefined;
  const members = logging as JsonObject;
  const before = current?.loggingConfig;
  const given = oneOf(text(members, 'LogFormat'), 'loggingConfig.logFormat', ['JSON', 'Text']);
  const format = given ?? before?.LogFormat ?? 'Text';
  const application = oneOf(
    text(members, 'ApplicationLogLevel'),
    'loggingConfig.applicationLogLevel',
    LEVELS,
  );
  const system = oneOf(text(members, 'SystemLogLevel'), 'loggingConfig.systemLogLevel', SYSTEM_LEVELS);
  if (format === 'Text' && (application !== undefined || system !== undefined)) {
    throw invalidParameter('Log level configuration is only supported when LogFormat is set to JSON.');
  }
  const group = text(members, 'LogGroup');
  if (group !== undefined && !/^[.\-_/#A-Za-z0-9]{1,512}$/.test(group)) {
    const constraint = 'Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+';
    throw validation(group, 'loggingConfig.logGroup', constraint);
  }
  const levels = {
    ApplicationLogLevel: application ?? before?.ApplicationLogLevel ?? 'INFO',
    SystemLogLevel: system ?? before?.SystemLogLevel ?? 'INFO',
  };
  return {
    LogFormat: format,
    ...(format === 'JSON' ? levels : {}),
    LogGroup: group ?? before?.LogGroup ?? `/aws/lambda/${functionName}`,
  };
}

/** Container images are told apart at once: nothing else of such a request would make sense here. */
export function refuseImage(body: JsonObject): void {
  const packageType = oneOf(text(body, 'PackageType'), 'packageType', ['Image', 'Zip']);
  if (packageType === 'Image') {
    throw invalidParameter('Container images are not run here; use a deployment package (PackageType Zip).');
  }
}

/** `Architectures`, a list of one. */
export function parseArchitecture(value: unknown): 'x86_64' | 'arm64' {
  const list = Array.isArray(value) && value.length > 0 ? value : ['x86_64'];
  if (list.length > 1) {
    throw validation(
      `[${list.join(', ')}]`,
      'architectures',
      'Member must have length less than or equal to 1',
    );
  }
  const [architecture] = list;
  if (architecture !== 'x86_64' && architecture !== 'arm64') {
    throw validation(
      `[${String(architecture)}]`,
      'architectures',
      'Member must satisfy constraint: [Member must satisfy enum value set: [x86_64, arm64], Member must not be null]',
    );
  }
  return architecture;
}
