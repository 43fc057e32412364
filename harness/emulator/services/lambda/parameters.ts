/** Reads and checks members of Lambda requests, with Lambda's own texts. */
import { isJsonObject, type JsonObject } from '../../../core/json.ts';
import type { AwsLimits } from '../../../core/limits.ts';
import { invalidParameter, validation } from './errors.ts';
import { SUPPORTED_RUNTIMES } from './runtime/runtimes.ts';
import type { FunctionVersion, LoggingConfig } from './store/entities.ts';

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

/** A text member, or `undefined` when it is absent. */
export function text(input: JsonObject, member: string): string | undefined {
  const value = input[member];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string')
    throw validation(JSON.stringify(value), camel(member), 'Member must be a string');
  return value;
}

/** A text member that must be there. */
export function requiredText(input: JsonObject, member: string): string {
  const value = text(input, member);
  if (value === undefined) throw validation('null', camel(member), 'Member must not be null');
  return value;
}

/** A whole number within bounds, or `undefined` when it is absent. */
export function integer(
  input: JsonObject,
  member: string,
  bounds: { min: number; max: number },
): number | undefined {
  const value = input[member];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value)) {
    throw validation(JSON.stringify(value), camel(member), 'Member must be an integer');
  }
  if (value < bounds.min) {
    throw validation(value, camel(member), `Member must have value greater than or equal to ${bounds.min}`);
  }
  if (value > bounds.max) {
    throw validation(value, camel(member), `Member must have value less than or equal to ${bounds.max}`);
  }
  return value;
}

const camel = (member: string) => member[0]!.toLowerCase() + member.slice(1);

/** A map of texts. */
export function textMap(value: unknown, member: string): { [name: string]: string } {
  if (value === undefined || value === null) return {};
  if (!isJsonObject(value)) throw validation(JSON.stringify(value), member, 'Member must be a map');
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => {
      if (typeof one !== 'string')
        throw validation(JSON.stringify(one), member, 'Member must be a map of strings');
      return [name, one];
    }),
  );
}

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
    | 'snapStartApplyOn'
  >
>;

/** Checks the configuration members that are present. */
export function parseConfiguration(
  input: JsonObject,
  functionName: string,
  limits: AwsLimits,
): ConfigurationChange {
  const change: ConfigurationChange = {
    description: text(input, 'Description'),
    runtime: parseRuntime(input),
    handler: parseHandler(input),
    role: parseRole(input),
    timeoutSeconds: integer(input, 'Timeout', { min: 1, max: limits.lambdaMaxTimeoutSeconds }),
    memoryMB: integer(input, 'MemorySize', { min: limits.lambdaMinMemoryMB, max: limits.lambdaMaxMemoryMB }),
    ephemeralStorageMB: parseEphemeralStorage(input, limits),
    environment: parseEnvironment(input, limits),
    layers: parseLayers(input),
    tracingMode: parseTracing(input),
    loggingConfig: parseLogging(input, functionName),
    deadLetterTargetArn: memberText(input, 'DeadLetterConfig', 'TargetArn'),
    kmsKeyArn: text(input, 'KMSKeyArn'),
    snapStartApplyOn: memberText(input, 'SnapStart', 'ApplyOn') as 'None' | 'PublishedVersions' | undefined,
  } as ConfigurationChange;
  // Absent members must not overwrite what is there.
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}

function memberText(input: JsonObject, member: string, inner: string): string | undefined {
  const value = input[member];
  return isJsonObject(value) ? text(value as JsonObject, inner) : undefined;
}

function parseRuntime(input: JsonObject): string | undefined {
  const runtime = text(input, 'Runtime');
  if (runtime !== undefined && !(SUPPORTED_RUNTIMES as readonly string[]).includes(runtime)) {
    throw invalidParameter(
      `Value ${runtime} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [${SUPPORTED_RUNTIMES.join(', ')}] or be a valid ARN`,
    );
  }
  return runtime;
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

function parseLayers(input: JsonObject): string[] | undefined {
  const layers = input['Layers'];
  if (layers === undefined || layers === null) return undefined;
  if (!Array.isArray(layers) || !layers.every((layer) => typeof layer === 'string')) {
    throw validation(JSON.stringify(layers), 'layers', 'Member must be a list of strings');
  }
  if (layers.length > 5) throw invalidParameter('Cannot reference more than 5 layers.');
  return layers;
}

function parseTracing(input: JsonObject): 'Active' | 'PassThrough' | undefined {
  const mode = memberText(input, 'TracingConfig', 'Mode');
  if (mode !== undefined && mode !== 'Active' && mode !== 'PassThrough') {
    throw validation(mode, 'tracingConfig.mode', 'Member must satisfy enum value set: [Active, PassThrough]');
  }
  return mode;
}

function parseLogging(input: JsonObject, functionName: string): LoggingConfig | undefined {
  const logging = input['LoggingConfig'];
  if (!isJsonObject(logging)) return undefined;
  const members = logging as JsonObject;
  const format = text(members, 'LogFormat') ?? 'Text';
  if (format !== 'Text' && format !== 'JSON') {
    throw validation(format, 'loggingConfig.logFormat', 'Member must satisfy enum value set: [Text, JSON]');
  }
  const application = text(members, 'ApplicationLogLevel');
  const system = text(members, 'SystemLogLevel');
  if (format === 'Text' && (application !== undefined || system !== undefined)) {
    throw invalidParameter('Log level configuration is only supported when LogFormat is set to JSON.');
  }
  return {
    LogFormat: format,
    ...(format === 'JSON'
      ? { ApplicationLogLevel: application ?? 'INFO', SystemLogLevel: system ?? 'INFO' }
      : {}),
    LogGroup: text(members, 'LogGroup') ?? `/aws/lambda/${functionName}`,
  };
}

/** `Architectures`, a list of one. */
export function parseArchitecture(value: unknown): 'x86_64' | 'arm64' {
  const [architecture] = Array.isArray(value) && value.length > 0 ? value : ['x86_64'];
  if (architecture !== 'x86_64' && architecture !== 'arm64') {
    throw validation(
      `[${String(architecture)}]`,
      'architectures',
      'Member must satisfy constraint: [Member must satisfy enum value set: [x86_64, arm64], Member must not be null]',
    );
  }
  return architecture;
}
