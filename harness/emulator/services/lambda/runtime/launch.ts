/** The command line and the environment of a function's process. Nothing of the host's environment goes along. */
import { join } from 'node:path';
import type { SessionCredentials } from '../../ports.ts';
import type { FunctionVersion } from '../store/entities.ts';
import { containedCommand, type Isolation, type ProcessExit, SYSTEM_PATH } from './contained-command.ts';
import type { InspectTarget } from './inspect-targets.ts';
import {
  LAYER_ROOT,
  modulesView,
  RUNTIME_ROOT,
  rootViewOf,
  type Skeletons,
  shownInterpreter,
  TASK_ROOT,
} from './root-view.ts';
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
  /** How the function runs: as the process that is started, or contained by it. */
  containment: Isolation['kind'] | 'none';
  /** How the function ended, from how the process that was started did. */
  exitOf(exit: ProcessExit): ProcessExit;
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
  /** Names in the layer folder. */
  layerEntries: readonly string[];
  /** Folder of this environment alone: it holds its `/tmp` where it cannot have a real one. */
  temporaryFolder: string;
  isolation: Isolation | undefined;
  skeletons: Skeletons;
  /** Folders that no function may see. */
  hidden: readonly string[];
  python: PythonHere;
  /** Names of the extensions in the layers' `extensions`. */
  extensions: readonly string[];
  logStream: string;
  initializationType: 'on-demand' | 'provisioned-concurrency';
  /** A debugger may attach there. */
  inspect?: InspectTarget;
  /** `host:port` of its Runtime API, and the key that its runtime shows there. */
  runtimeApi: { address: string; key: string };
}

/** Folders as the function sees them. */
interface Places extends RuntimePlace {
  temporary: string;
}

/** Descriptor on which runtimes write log frames, as on AWS. */
const TELEMETRY_FD = 3;

/**
 * A process begins only when the harness, having taken note of it, says so on its standard input; a harness that
 * died in between leaves nothing behind.
 */
const PLAIN_SCRIPT = 'read -r go || exit 1; . "$0"';

/** How to start the process of a function. */
export function planLaunch(input: LaunchInput): LaunchPlan {
  const { isolation, taskFolder } = input;
  const places = placesOf(input);
  const start = wrapped(runtimeStart(input.version, places, input.inspect), input.version);
  const extensions = input.extensions.map((name) => `${places.layerRoot}/extensions/${name}`);
  if (!isolation) {
    const enter = join(bootstrapFolder(), 'enter.sh');
    return {
      command: '/bin/sh',
      args: [
        '-c',
        PLAIN_SCRIPT,
        enter,
        '-',
        String(extensions.length),
        ...extensions,
        start.command,
        ...start.args,
      ],
      cwd: taskFolder,
      env: environmentOf(input, places, start),
      containment: 'none',
      exitOf: (exit) => exit,
    };
  }
  const name = MODULE_FOLDERS.find((variable) => start.env[variable] !== undefined);
  const modules = name === undefined ? undefined : start.env[name]!;
  const view = rootViewOf({
    taskFolder,
    runtimeFolder: bootstrapFolder(),
    layerFolder: input.layerFolder,
    layerEntries: input.layerEntries,
    interpreter: interpreterOf(input),
    modules,
    temporaryMB: input.version.ephemeralStorageMB,
    hidden: input.hidden,
  });
  const program = interpreterOf(input);
  const inside = (word: string) =>
    program !== undefined && word === program ? shownInterpreter(program).inside : word;
  const { command, args, exitOf } = containedCommand({
    isolation,
    view,
    skeleton: input.skeletons.of(view),
    tableFile: join(input.temporaryFolder, 'mounts'),
    command: inside(start.command),
    args: start.args.map(inside),
    extensions,
  });
  const shown = name === undefined ? {} : { [name]: modulesView(modules!).inside };
  const env = environmentOf(input, places, { ...start, env: { ...start.env, ...shown } });
  const outside = { PATH: SYSTEM_PATH, FUNCTION_ENVIRONMENT: exports(env) };
  return { command, args, cwd: '/', env: outside, containment: isolation.kind, exitOf };
}

/** Commands that assign variables in a POSIX shell. */
function exports(env: { readonly [name: string]: string }): string {
  const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  return Object.entries(env)
    .map(([name, value]) => `export ${name}=${quoted(value)}\n`)
    .join('');
}

/** The program of this machine that runs the function; a custom runtime brings its own. */
function interpreterOf({ version, python }: LaunchInput): string | undefined {
  if (version.runtime.startsWith('nodejs')) return process.execPath;
  return version.runtime.startsWith('python') ? python.program : undefined;
}

/** A wrapper script of the function's own starts the runtime. Source: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-modify.html#runtime-wrapper */
function wrapped(start: RuntimeStart, version: FunctionVersion): RuntimeStart {
  const wrapper = version.environment?.['AWS_LAMBDA_EXEC_WRAPPER'];
  if (wrapper === undefined || wrapper === '') return start;
  return { ...start, command: wrapper, args: [start.command, ...start.args] };
}

/** Variables with a folder of modules that AWS brings along. */
const MODULE_FOLDERS = ['_LAMBDA_SDK_FOLDER', '_LAMBDA_BOTO3_FOLDER'];

function placesOf(input: LaunchInput): Places {
  const { python } = input;
  return input.isolation
    ? {
        taskRoot: TASK_ROOT,
        layerRoot: LAYER_ROOT,
        bootstrapFolder: RUNTIME_ROOT,
        temporary: '/tmp',
        python,
      }
    : {
        taskRoot: input.taskFolder,
        layerRoot: input.layerFolder ?? LAYER_ROOT,
        bootstrapFolder: bootstrapFolder(),
        temporary: join(input.temporaryFolder, 'tmp'),
        python,
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
    SHLVL: '0',
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
    AWS_LAMBDA_RUNTIME_API: input.runtimeApi.address,
    // Our bootstraps take it out of the environment before the handler loads.
    ...(interpreterOf(input) === undefined ? {} : { _LAMBDA_RUNTIME_KEY: input.runtimeApi.key }),
    AWS_LAMBDA_FUNCTION_NAME: input.functionName,
    AWS_LAMBDA_FUNCTION_VERSION: version.version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(version.memoryMB),
    AWS_LAMBDA_INITIALIZATION_TYPE: input.initializationType,
    AWS_LAMBDA_LOG_GROUP_NAME: loggingConfig.LogGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: input.logStream,
    // Recorded: absent for text, which is what runtimes take its absence for.
    ...(loggingConfig.LogFormat === 'JSON' ? { AWS_LAMBDA_LOG_FORMAT: 'JSON' } : {}),
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
