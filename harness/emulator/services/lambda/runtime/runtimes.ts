/** Which interpreter runs a function, and what AWS sets for it. One entry a family of runtimes. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { packageRoot } from '../../../../core/package-root.ts';
import type { FunctionVersion } from '../store/entities.ts';
import type { InspectTarget } from './inspect-targets.ts';

/** Command line and further variables of one function. */
export interface RuntimeStart {
  command: string;
  args: string[];
  env: { [name: string]: string };
}

export interface RuntimePlace {
  taskRoot: string;
  layerRoot: string;
  bootstrapFolder: string;
  python: PythonHere;
}

/** Python as far as this machine has it. */
export interface PythonHere {
  /** Program for the version's runtime. */
  program?: string;
  /** Folder of modules that has boto3, of whichever Python: AWS has it in every one. */
  boto3Folder?: string;
}

/** Runtimes AWS takes for new functions, and those it still runs. */
const NODE = /^nodejs(\d+)\.x$/;
const PYTHON = /^python3\.(\d+)$/;
const PROVIDED = /^provided\.al2(?:023)?$/;

/** Every identifier of the API that this emulator runs. */
export const SUPPORTED_RUNTIMES = [
  'nodejs16.x',
  'nodejs18.x',
  'nodejs20.x',
  'nodejs22.x',
  'nodejs24.x',
  'python3.8',
  'python3.9',
  'python3.10',
  'python3.11',
  'python3.12',
  'python3.13',
  'python3.14',
  'provided.al2',
  'provided.al2023',
] as const;

/** Folder with our bootstraps, found from the sources as well as from a bundle. */
export function bootstrapFolder(): string {
  return join(packageRoot(), 'harness/emulator/services/lambda/bootstrap');
}

/** How a version starts. Throws an Error with a sentence for the caller when its interpreter is not here. */
export function runtimeStart(
  version: FunctionVersion,
  place: RuntimePlace,
  inspect?: InspectTarget,
): RuntimeStart {
  if (NODE.test(version.runtime)) return nodeStart(version, place, inspect);
  const python = PYTHON.exec(version.runtime);
  if (python) return pythonStart(version.runtime, place, inspect);
  if (PROVIDED.test(version.runtime)) {
    const own = join(place.taskRoot, 'bootstrap');
    return { command: own, args: [], env: {} };
  }
  throw new Error(`The runtime ${version.runtime} cannot be run here.`);
}

let sdkFolderHere: string | undefined;

/** Folder of modules with the clients of AWS's SDK that this package has: AWS brings all of them along. */
function sdkFolder(): string {
  if (sdkFolderHere === undefined) {
    const client = createRequire(join(packageRoot(), 'package.json')).resolve('@aws-sdk/client-s3');
    sdkFolderHere = client.slice(
      0,
      client.lastIndexOf(join('node_modules', '@aws-sdk')) + 'node_modules'.length,
    );
  }
  return sdkFolderHere;
}

/** Node runs on the Node of the harness: one engine for tests, bundles and functions. */
function nodeStart(
  version: FunctionVersion,
  place: RuntimePlace,
  inspect: InspectTarget | undefined,
): RuntimeStart {
  const major = NODE.exec(version.runtime)![1];
  const opt = place.layerRoot;
  const heapMB = Math.floor(version.memoryMB * 0.9);
  return {
    command: process.execPath,
    args: [
      `--max-old-space-size=${heapMB}`,
      ...(inspect ? [`--inspect${inspect.waits ? '-wait' : ''}=127.0.0.1:${inspect.port}`] : []),
      join(place.bootstrapFolder, 'node.mjs'),
    ],
    env: {
      AWS_EXECUTION_ENV: `AWS_Lambda_${version.runtime}`,
      NODE_PATH: [
        `${opt}/nodejs/node${major}/node_modules`,
        `${opt}/nodejs/node_modules`,
        `${place.bootstrapFolder}/node_modules`,
        place.bootstrapFolder,
        place.taskRoot,
      ].join(':'),
      _LAMBDA_SDK_FOLDER: sdkFolder(),
    },
  };
}

/** Python's debugger is `debugpy`; without it the function's init says that there is no such module. */
function debugpy({ port, waits }: InspectTarget): string[] {
  const wait = waits ? ['--wait-for-client'] : [];
  return ['-Xfrozen_modules=off', '-m', 'debugpy', '--listen', `127.0.0.1:${port}`, ...wait];
}

function pythonStart(
  runtime: string,
  { taskRoot, layerRoot: opt, bootstrapFolder, python }: RuntimePlace,
  inspect: InspectTarget | undefined,
): RuntimeStart {
  const { program, boto3Folder } = python;
  if (program === undefined) throw new Error(`No interpreter for ${runtime} was found on the PATH.`);
  return {
    command: program,
    // The package is read-only: there is no place for compiled modules beside it.
    args: ['-u', '-B', ...(inspect ? debugpy(inspect) : []), join(bootstrapFolder, 'python', 'bootstrap.py')],
    env: {
      AWS_EXECUTION_ENV: `AWS_Lambda_${runtime}`,
      PYTHONPATH: [taskRoot, `${opt}/python/lib/${runtime}/site-packages`, `${opt}/python`].join(':'),
      ...(boto3Folder === undefined ? {} : { _LAMBDA_BOTO3_FOLDER: boto3Folder }),
    },
  };
}
