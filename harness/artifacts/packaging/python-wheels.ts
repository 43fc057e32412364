/** Wheels for Lambda's platform, installed by pip or uv and kept by the digest of what was asked for. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type PackageRequest, PackagingError } from './package-request.ts';

const run = promisify(execFile);
const INSTALL_TIMEOUT_MS = 600_000;
const OUTPUT_BYTES = 16 * 1024 * 1024;

type WheelRequest = Pick<PackageRequest, 'name' | 'runtime' | 'target' | 'cacheFolder'>;

/** Folder with the wheels unpacked; `undefined` when nothing is asked for. @throws PackagingError */
export async function installWheels(request: WheelRequest, file: string): Promise<string | undefined> {
  const { runtime, target, cacheFolder } = request;
  const folder = dirname(file);
  const lock = join(folder, 'uv.lock');
  const requirements =
    basename(file) === 'requirements.txt' ? readFileSync(file, 'utf8') : await dependenciesOf(file);
  if (!/^\s*[^#\s]/m.test(requirements)) return undefined;
  const identity = [
    requirements,
    existsSync(lock) ? readFileSync(lock, 'utf8') : '',
    runtime,
    target.platform,
    target.arch,
  ];
  const digest = createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 32);
  const installed = join(cacheFolder, `wheels-${digest}`);
  if (existsSync(installed)) return installed;
  const work = mkdtempSync(join(cacheFolder, 'wheels-'));
  try {
    // Beside the original, so that `-r` and `-c` in it and paths find what they name.
    const list = basename(file) === 'requirements.txt' ? file : join(work, 'requirements.txt');
    if (list !== file) writeFileSync(list, requirements);
    const site = join(work, 'site');
    mkdirSync(site);
    await install(request, list, site, file);
    renameSync(site, installed);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return installed;
}

/**
 * Tags of wheels that run on Lambda: Amazon Linux 2 (glibc 2.26) up to Python 3.11, Amazon Linux 2023 (2.34) since.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
 */
function platformTags(runtime: string, arch: string): string[] {
  const machine = arch === 'arm64' ? 'aarch64' : 'x86_64';
  const glibc = Number(runtime.split('.')[1]) >= 12 ? 34 : 26;
  const minors = Array.from({ length: glibc - 16 }, (_, index) => `manylinux_2_${glibc - index}_${machine}`);
  return [
    ...minors,
    `manylinux2014_${machine}`,
    `manylinux2010_${machine}`,
    `manylinux1_${machine}`,
    `linux_${machine}`,
  ];
}

async function install(request: WheelRequest, list: string, site: string, file: string): Promise<void> {
  const version = request.runtime.slice('python'.length);
  const tool = await pythonTool(version);
  const onLambda = request.target.platform === 'linux';
  const tags = platformTags(request.runtime, request.target.arch);
  const common = ['install', '--target', site, '--requirement', list, '--only-binary', ':all:'];
  const args =
    tool.kind === 'pip'
      ? [
          ...tool.args,
          ...common,
          ...['--python-version', version, '--implementation', 'cp', '--no-compile', '--no-input', '--quiet'],
          ...['--disable-pip-version-check', '--no-warn-conflicts', '--upgrade'],
          ...(onLambda ? tags.flatMap((tag) => ['--platform', tag]) : []),
        ]
      : [
          'pip',
          ...common,
          ...['--python-version', version, '--quiet', '--no-config'],
          ...(onLambda
            ? [
                '--python-platform',
                `${request.target.arch === 'arm64' ? 'aarch64' : 'x86_64'}-manylinux_2_${Number(version.split('.')[1]) >= 12 ? 34 : 17}`,
              ]
            : []),
        ];
  try {
    await run(tool.program, args, {
      cwd: dirname(file),
      timeout: INSTALL_TIMEOUT_MS,
      maxBuffer: OUTPUT_BYTES,
    });
  } catch (error) {
    throw explained(request, file, error as Error & { stderr?: string });
  }
}

interface PythonTool {
  kind: 'pip' | 'uv';
  program: string;
  args: string[];
}

/** pip of the runtime's Python, of any other, or uv: each can install for another version and platform. */
async function pythonTool(version: string): Promise<PythonTool> {
  const candidates: PythonTool[] = [
    ...[`python${version}`, 'python3', 'python'].map((program) => ({
      kind: 'pip' as const,
      program,
      args: ['-m', 'pip'],
    })),
    { kind: 'pip', program: 'pip3', args: [] },
    { kind: 'uv', program: 'uv', args: [] },
  ];
  for (const tool of candidates) {
    const answers = await run(tool.program, [...tool.args, '--version'], { timeout: 20_000 }).then(
      () => true,
      () => false,
    );
    if (answers) return tool;
  }
  throw new PackagingError(
    'neither pip nor uv is installed, and Python requirements need one of them',
    'install Python with pip, or uv, and see that it is on the PATH',
  );
}

/** Dependencies of a pyproject.toml, one requirement a line; Python itself reads the TOML. */
async function dependenciesOf(file: string): Promise<string> {
  const script = [
    'import json, sys',
    'try:',
    '    import tomllib',
    'except ImportError:',
    '    from pip._vendor import tomli as tomllib',
    'data = tomllib.load(open(sys.argv[1], "rb"))',
    'print("\\n".join(data.get("project", {}).get("dependencies", [])))',
  ].join('\n');
  for (const program of ['python3', 'python']) {
    try {
      return (await run(program, ['-c', script, file], { timeout: 20_000 })).stdout;
    } catch (error) {
      const { code, stderr = '' } = error as Error & { code?: unknown; stderr?: string };
      if (code === 'ENOENT') continue;
      throw new PackagingError(
        `${file} cannot be read: ${stderr.trim().split('\n').at(-1) ?? ''}`,
        'correct it, or write a requirements.txt beside it',
        { cause: error },
      );
    }
  }
  throw new PackagingError(
    'python3 is not installed, and pyproject.toml needs it',
    'install Python 3, or write a requirements.txt',
  );
}

function explained(
  { name, runtime, target }: WheelRequest,
  file: string,
  error: Error & { stderr?: string },
): PackagingError {
  const output = `${error.stderr ?? ''}\n${error.message}`;
  const requirement =
    /No matching distribution found for ([^\s(]+)/.exec(output)?.[1] ??
    /Because ([^\s]+).*(?:no wheels|no usable wheels)/s.exec(output)?.[1];
  const place = `${target.platform}-${target.arch}`;
  if (requirement !== undefined) {
    const bare = /^[A-Za-z0-9._-]+/.exec(requirement)?.[0] ?? requirement;
    const lines = readFileSync(file, 'utf8').split('\n');
    const line = lines.findIndex((text) => text.toLowerCase().includes(bare.toLowerCase())) + 1;
    return new PackagingError(
      `there is no wheel of ${requirement} for ${runtime} on ${place}, which the function ${name} needs (${basename(file)}${line > 0 ? `:${line}` : ''})`,
      'choose a version that has one, or build the package elsewhere and name the zip as code',
      { cause: error },
    );
  }
  const last = output
    .split('\n')
    .filter((text) => /error/i.test(text))
    .at(-1);
  return new PackagingError(
    `the requirements of ${name} cannot be installed for ${runtime} on ${place}: ${last?.replace(/^ERROR:\s*/, '').trim() ?? error.message.split('\n')[0]}`,
    `try it by hand with pip install --requirement ${file}`,
    { cause: error },
  );
}
