/** The command line and the environment of a function's process. Nothing of the host's environment goes along. */
import { join } from 'node:path';
import type { SessionCredentials } from '../../ports.ts';
import type { FunctionVersion } from '../store/entities.ts';
import type { InspectTarget } from './inspect-targets.ts';
import type { Isolation } from './isolation.ts';
import {
  bootstrapFolder,
  type PythonHere,
  type RuntimePlace,
  type RuntimeStart,
  runtimeStart,
} from './runtimes.ts';

export interface LaunchPlan {
  command: string;
  args: string[];
  cwd: string;
  env: { [name: string]: string };
  /** The process sends a byte on the telemetry descriptor when its preparation is over and its init begins. */
  marksInit: boolean;
}

export interface LaunchInput {
  functionName: string;
  version: FunctionVersion;
  region: string;
  /** URL of the emulator: AWS SDKs in the function talk to it. */
  endpoint: string;
  credentials: SessionCredentials;
  /** Folder of the unpacked package. */
  taskFolder: string;
  /** Folder of the merged layers, if the function has any. */
  layerFolder: string | undefined;
  /** Folder of this environment alone: its `/tmp` where it cannot have a real one. */
  temporaryFolder: string;
  isolation: Isolation | undefined;
  python: PythonHere;
  /** Names of the extensions in the layers' `extensions`. */
  extensions: readonly string[];
  logStream: string;
  initializationType: 'on-demand' | 'provisioned-concurrency';
  /** A debugger may attach there. */
  inspect?: InspectTarget;
  /** `host:port` of its Runtime API. */
  runtimeApi: string;
}

/** Folders as the function sees them. */
interface Places extends RuntimePlace {
  temporary: string;
}

/** Descriptor on which runtimes write log frames, as on AWS. */
const TELEMETRY_FD = 3;

/**
 * A process begins only when the harness, having taken note of it, says so on its standard input; a harness that
 * died in between leaves nothing behind. `bootstrap/isolate.sh` does the same.
 */
const WAIT_SCRIPT = `read -r go || exit 1; ulimit -n 1024; unset OLDPWD; count=$1; shift
while [ "$count" -gt 0 ]; do "$1" </dev/null 3>&- & shift; count=$((count - 1)); done
exec "$@" </dev/null`;

/** How to start the process of a function. */
export function planLaunch(input: LaunchInput): LaunchPlan {
  const isolation = suitable(input);
  const { taskFolder, layerFolder } = input;
  const places = placesOf(input, isolation);
  const { modules, start } = withModules(
    wrapped(runtimeStart(input.version, places, input.inspect), input.version),
    isolation,
  );
  const env = environmentOf(input, places, start);
  const extensions = [
    String(input.extensions.length),
    ...input.extensions.map((name) => `${places.layerRoot}/extensions/${name}`),
  ];
  if (!isolation) {
    const args = ['-c', WAIT_SCRIPT, 'sh', ...extensions, start.command, ...start.args];
    return { command: '/bin/sh', args, cwd: taskFolder, env, marksInit: false };
  }
  const mounts = [
    isolation.mountRoot,
    homeOf(isolation),
    taskFolder,
    bootstrapFolder(),
    isolation.layerRoot,
    layerFolder ?? '-',
    modules ?? '-',
  ];
  return {
    command: 'unshare',
    args: [
      ...isolation.flags,
      '/bin/sh',
      join(bootstrapFolder(), 'isolate.sh'),
      String(input.version.ephemeralStorageMB),
      ...mounts,
      ...extensions,
      start.command,
      ...start.args,
    ],
    cwd: taskFolder,
    env,
    marksInit: true,
  };
}

/** A wrapper script of the function's own starts the runtime. Source: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-modify.html#runtime-wrapper */
function wrapped(start: RuntimeStart, version: FunctionVersion): RuntimeStart {
  const wrapper = version.environment?.['AWS_LAMBDA_EXEC_WRAPPER'];
  if (wrapper === undefined || wrapper === '') return start;
  return { ...start, command: wrapper, args: [start.command, ...start.args] };
}

/** Variables with a folder of modules that AWS brings along. */
const MODULE_FOLDERS = ['_LAMBDA_SDK_FOLDER', '_LAMBDA_BOTO3_FOLDER'];

/**
 * A folder of modules under the `/tmp` that is covered is shown elsewhere: in a folder of the name in which Node looks
 * for what its modules need in turn.
 */
function withModules(
  start: RuntimeStart,
  isolation: Isolation | undefined,
): { modules?: string; start: RuntimeStart } {
  const name = MODULE_FOLDERS.find((variable) => start.env[variable]?.startsWith('/tmp/'));
  if (!isolation || name === undefined) return { start };
  const shown = join(homeOf(isolation), 'modules', 'node_modules');
  return { modules: start.env[name]!, start: { ...start, env: { ...start.env, [name]: shown } } };
}

/** What the machine allows, as far as it hides nothing that the function needs. */
function suitable(input: LaunchInput): Isolation | undefined {
  const { isolation, taskFolder, layerFolder = '' } = input;
  if (!isolation) return undefined;
  const { command } = runtimeStart(input.version, placesOf(input, isolation));
  // An interpreter (of a Python environment, say) under the `/tmp` that would be covered.
  if (command.startsWith('/tmp/')) return undefined;
  const needed = [command, taskFolder, layerFolder, bootstrapFolder()];
  const isCovered = needed.some((path) => path.startsWith('/var/') && !path.startsWith(LAID_OVER));
  // The kernel takes folders to be laid over one another as a list with colons.
  const isAwkward = /[:,\\]/.test(layerFolder);
  if (!isolation.overlays || (!isCovered && !isAwkward)) return isolation;
  const { mountRoot } = isolation;
  return { ...isolation, overlays: false, layerRoot: `${mountRoot}/opt` };
}

/** Where the package and the runtime lie for the function: `/var/task` and `/var/runtime`, as on AWS, if possible. */
const homeOf = ({ overlays, mountRoot }: Isolation): string => (overlays ? '/var' : mountRoot);
const LAID_OVER = '/var/task';

function placesOf(input: LaunchInput, isolation: Isolation | undefined): Places {
  return isolation
    ? {
        taskRoot: join(homeOf(isolation), 'task'),
        layerRoot: isolation.layerRoot,
        bootstrapFolder: join(homeOf(isolation), 'runtime'),
        temporary: '/tmp',
        python: input.python,
      }
    : {
        taskRoot: input.taskFolder,
        layerRoot: input.layerFolder ?? '/opt',
        bootstrapFolder: bootstrapFolder(),
        temporary: input.temporaryFolder,
        python: input.python,
      };
}

/** Source of the variables: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
function environmentOf(input: LaunchInput, places: Places, start: RuntimeStart): { [name: string]: string } {
  const { version, credentials } = input;
  const { loggingConfig } = version;
  const { taskRoot, layerRoot, temporary, bootstrapFolder: runtimeDir } = places;
  return {
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    PATH: `/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:${layerRoot}/bin`,
    LD_LIBRARY_PATH: [
      '/var/lang/lib:/lib64:/usr/lib64',
      `${runtimeDir}:${runtimeDir}/lib:${taskRoot}:${taskRoot}/lib:${layerRoot}/lib`,
    ].join(':'),
    HOME: temporary,
    TMPDIR: temporary,
    AWS_ENDPOINT_URL: input.endpoint,
    // No name `sync-...` of an address resolves: boto3 and the AWS CLI then leave the prefix out.
    AWS_DISABLE_HOST_PREFIX_INJECTION: 'true',
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
    AWS_LAMBDA_INITIALIZATION_TYPE: input.initializationType,
    AWS_LAMBDA_LOG_GROUP_NAME: loggingConfig.LogGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: input.logStream,
    AWS_LAMBDA_LOG_FORMAT: loggingConfig.LogFormat,
    ...(loggingConfig.ApplicationLogLevel === undefined
      ? {}
      : { AWS_LAMBDA_LOG_LEVEL: loggingConfig.ApplicationLogLevel }),
    AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
    AWS_XRAY_DAEMON_ADDRESS: '169.254.79.129:2000',
    _AWS_XRAY_DAEMON_ADDRESS: '169.254.79.129',
    _AWS_XRAY_DAEMON_PORT: '2000',
    LAMBDA_TASK_ROOT: taskRoot,
    LAMBDA_RUNTIME_DIR: runtimeDir,
  };
}
