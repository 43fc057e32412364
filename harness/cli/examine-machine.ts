/** What this machine offers to the harness, each finding with what it means for runs. Changes nothing. */
import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createColors } from 'picocolors';
import { ExitCode } from '../core/errors.ts';
import { commandLineOf } from '../packs/command-line.ts';
import { CommandExit } from './command.ts';
import type { Finding } from './finding.ts';
import { packOfFolder } from './pack-of-folder.ts';
import { wantsColor } from './wants-color.ts';

const run = promisify(execFile);
const PYTHONS = ['3.9', '3.10', '3.11', '3.12', '3.13', '3.14'];
const PORT = 4566;
const ENOUGH_MEMORY_GB = 4;

/** Prints all findings; exit code 3 when something without which nothing runs is missing. */
export async function examineMachine(options: { json: boolean }): Promise<void> {
  const findings = [
    node(),
    cores(),
    memory(),
    ...((await commandLineOf(packOfFolder())?.examine()) ?? []),
    memoryLimits(),
    await isolation(),
    await pythons(),
    await docker(),
    await port(),
    writable(),
  ];
  process.stdout.write(options.json ? `${JSON.stringify(findings, null, 2)}\n` : render(findings));
  if (findings.some(({ state }) => state === 'missing')) throw new CommandExit(ExitCode.environmentFailed);
}

function render(findings: readonly Finding[]): string {
  const paint = createColors(wantsColor());
  const mark = { fine: paint.green('ok'), limited: paint.yellow('--'), missing: paint.red('no') };
  const lines = findings.map(({ name, state, found, consequence }) => {
    const line = `${mark[state]}  ${name.padEnd(16)} ${found}`;
    return consequence ? `${line}\n${' '.repeat(21)}${paint.dim(consequence)}` : line;
  });
  return `${lines.join('\n')}\n`;
}

function node(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const supported = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major >= 24;
  return {
    name: 'Node.js',
    state: supported ? 'fine' : 'missing',
    found: `${process.version}, ${process.platform}-${process.arch}`,
    ...(supported ? {} : { consequence: 'Node.js 20.19, 22.12 or 24 is needed.' }),
  };
}

function cores(): Finding {
  const count = availableParallelism();
  return {
    name: 'cores',
    state: count >= 2 ? 'fine' : 'limited',
    found: `${count} x ${cpus()[0]?.model.trim() ?? 'unknown'}`,
    ...(count >= 2
      ? {}
      : { consequence: 'Functions and emulator share one core; durations are not comparable.' }),
  };
}

function memory(): Finding {
  const gigabytes = totalmem() / 1024 ** 3;
  const enough = gigabytes >= ENOUGH_MEMORY_GB;
  return {
    name: 'memory',
    state: enough ? 'fine' : 'limited',
    found: `${gigabytes.toFixed(1)} GB`,
    ...(enough
      ? {}
      : { consequence: 'Functions with much memory, several at once, may not fit: lower MaxConcurrency.' }),
  };
}

/** Memory of functions is limited by a cgroup where one may be made, and by sampling elsewhere. */
function memoryLimits(): Finding {
  const sampled =
    'A function over its memory is found by sampling and ended then; a very fast one may slip through.';
  try {
    const own = readFileSync('/proc/self/cgroup', 'utf8').match(/^0::(.*)$/m)?.[1];
    if (own === undefined) throw new Error('no cgroup v2');
    accessSync(join('/sys/fs/cgroup', own), constants.W_OK);
    return { name: 'memory limits', state: 'fine', found: 'cgroup v2, writable' };
  } catch {
    const found = existsSync('/sys/fs/cgroup') ? 'cgroups are not writable' : 'no cgroups';
    return { name: 'memory limits', state: 'limited', found, consequence: sampled };
  }
}

async function isolation(): Promise<Finding> {
  const { describeIsolation, probeIsolation } = await import(
    '../emulator/services/lambda/runtime/isolation.ts'
  );
  const result = await probeIsolation();
  if (result.isolation) {
    const found = result.isolation.kind === 'bubblewrap' ? 'bubblewrap' : 'namespaces (unshare)';
    return { name: 'isolation', state: 'fine', found };
  }
  return {
    name: 'isolation',
    state: 'limited',
    found: 'not possible',
    consequence: describeIsolation(result),
  };
}

async function pythons(): Promise<Finding> {
  const found = await Promise.all(
    PYTHONS.map((version) =>
      run(`python${version}`, ['--version'], { timeout: 5000 }).then(
        () => [version],
        () => [],
      ),
    ),
  );
  const versions = found.flat();
  return {
    name: 'Python runtimes',
    state: versions.length > 0 ? 'fine' : 'limited',
    found: versions.length > 0 ? versions.map((version) => `python${version}`).join(', ') : 'none',
    ...(versions.length > 0
      ? {}
      : { consequence: 'Only functions for Node.js and provided runtimes can run.' }),
  };
}

async function docker(): Promise<Finding> {
  try {
    const { stdout } = await run('docker', ['version', '--format', '{{.Server.Version}}'], { timeout: 5000 });
    return { name: 'Docker', state: 'fine', found: stdout.trim() };
  } catch {
    const consequence = 'The embedded backend needs none; LocalStack in a container does.';
    return { name: 'Docker', state: 'limited', found: 'does not answer', consequence };
  }
}

async function port(): Promise<Finding> {
  const free = await new Promise<boolean>((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(PORT, '127.0.0.1', () => server.close(() => resolve(true)));
  });
  return {
    name: `port ${PORT}`,
    state: free ? 'fine' : 'limited',
    found: free ? 'free' : 'in use',
    ...(free ? {} : { consequence: '"cosmicai up" needs --port; scenarios take any free port.' }),
  };
}

function writable(): Finding {
  try {
    accessSync('.', constants.W_OK);
    return { name: 'this folder', state: 'fine', found: 'writable: runs are kept in .cosmicai/' };
  } catch {
    return {
      name: 'this folder',
      state: 'missing',
      found: `${process.cwd()} is not writable`,
      consequence: 'Runs are kept in .cosmicai/ of the working directory: go to another.',
    };
  }
}
