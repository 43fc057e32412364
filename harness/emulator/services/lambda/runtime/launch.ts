/** The command line and the environment of a function's process. Nothing of the host's environment goes along. */
import type { SessionCredentials } from '../../ports.ts';
import type { FunctionVersion } from '../store/entities.ts';
import { bootstrapFolder, runtimeStart } from './runtimes.ts';

export interface LaunchPlan {
  command: string;
  args: string[];
  cwd: string;
  env: { [name: string]: string };
}

export interface LaunchInput {
  functionName: string;
  version: FunctionVersion;
  region: string;
  /** URL of the emulator: AWS SDKs in the function talk to it. */
  endpoint: string;
  credentials: SessionCredentials;
  /** Folder of the unpacked package. */
  taskRoot: string;
  /** Folder of this environment alone, its `/tmp`. */
  temporaryFolder: string;
  logStream: string;
  /** `host:port` of its Runtime API. */
  runtimeApi: string;
}

/** Descriptor on which runtimes write log frames, as on AWS. */
const TELEMETRY_FD = 3;

/** Source of the variables: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
export function planLaunch(input: LaunchInput): LaunchPlan {
  const { version, credentials, taskRoot } = input;
  const start = runtimeStart(version, { taskRoot, bootstrapFolder: bootstrapFolder() });
  const { loggingConfig } = version;
  return {
    command: start.command,
    args: start.args,
    cwd: taskRoot,
    env: {
      LANG: 'en_US.UTF-8',
      TZ: ':UTC',
      PATH: '/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin',
      LD_LIBRARY_PATH: `/var/lang/lib:/lib64:/usr/lib64:${taskRoot}:${taskRoot}/lib:/opt/lib`,
      HOME: input.temporaryFolder,
      TMPDIR: input.temporaryFolder,
      AWS_ENDPOINT_URL: input.endpoint,
      ...start.env,
      ...version.environment,
      _HANDLER: version.handler,
      _LAMBDA_TELEMETRY_LOG_FD: String(TELEMETRY_FD),
      AWS_REGION: input.region,
      AWS_DEFAULT_REGION: input.region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_SESSION_TOKEN: credentials.sessionToken,
      AWS_LAMBDA_RUNTIME_API: input.runtimeApi,
      AWS_LAMBDA_FUNCTION_NAME: input.functionName,
      AWS_LAMBDA_FUNCTION_VERSION: version.version,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(version.memoryMB),
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_LAMBDA_LOG_GROUP_NAME: loggingConfig.LogGroup,
      AWS_LAMBDA_LOG_STREAM_NAME: input.logStream,
      AWS_LAMBDA_LOG_FORMAT: loggingConfig.LogFormat,
      ...(loggingConfig.ApplicationLogLevel === undefined
        ? {}
        : { AWS_LAMBDA_LOG_LEVEL: loggingConfig.ApplicationLogLevel }),
      AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
      LAMBDA_TASK_ROOT: taskRoot,
      LAMBDA_RUNTIME_DIR: '/var/runtime',
    },
  };
}
