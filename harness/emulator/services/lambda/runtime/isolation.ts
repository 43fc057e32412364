/**
 * How functions are kept apart from this machine and from one another: by bubblewrap where it is installed, else by
 * user, mount, PID and IPC namespaces made with util-linux's `unshare`, else not at all. What this machine allows is
 * tried out once per process: packages and kernel settings tell too little.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { ExitCode, HarnessError } from '../../../../core/errors.ts';
import { type ContainedCommand, containedCommand, type Isolation, SYSTEM_PATH } from './contained-command.ts';
import { rootViewOf, Skeletons } from './root-view.ts';
import { bootstrapFolder } from './runtimes.ts';

/** `auto`: as far as this machine allows; `required`: or not at all; `none`: plain processes. */
export type IsolationMode = 'auto' | 'required' | 'none';

export type IsolationFound = { isolation: Isolation } | { isolation?: undefined; reason: string };

const PROBE_TIMEOUT_MS = 10_000;
const NAMESPACES: readonly Isolation[] = [
  { kind: 'namespaces', hasUserNamespace: true },
  { kind: 'namespaces', hasUserNamespace: false },
];

let found: Promise<IsolationFound> | undefined;

/** What this machine allows. */
export function probeIsolation(): Promise<IsolationFound> {
  found ??= probe(NAMESPACES, SYSTEM_PATH);
  return found;
}

/** One sentence about what functions are kept from. */
export function describeIsolation(result: IsolationFound): string {
  if (!result.isolation)
    return `Functions are not isolated (${result.reason}): they can read this machine's files and signal its processes.`;
  const by = result.isolation.kind === 'bubblewrap' ? 'bubblewrap' : 'Linux namespaces';
  return `Functions are isolated by ${by}: they see their own files and processes only.`;
}

/** @throws HarnessError `isolation-unavailable` when it is required and this machine does not allow it. */
export async function isolationFor(mode: IsolationMode | Isolation): Promise<Isolation | undefined> {
  if (typeof mode === 'object') return mode;
  if (mode === 'none') return undefined;
  const result = await probeIsolation();
  if (!result.isolation && mode === 'required') {
    throw new HarnessError(
      'isolation-unavailable',
      `Functions cannot be isolated on this machine: ${result.reason}.`,
      {
        exitCode: ExitCode.environmentFailed,
        remedy: 'Install bubblewrap, allow user namespaces, or run with --isolation auto.',
      },
    );
  }
  return result.isolation;
}

/** Tries the ways out, the best first. `path` is a PATH. */
export async function probe(namespaces: readonly Isolation[], path: string): Promise<IsolationFound> {
  if (process.platform !== 'linux') return { reason: `${process.platform} has no namespaces` };
  const bubblewrap = installed('bwrap', path).map(
    (program): Isolation => ({ kind: 'bubblewrap', program, hasUserNamespace: true }),
  );
  const candidates = [...bubblewrap, ...(installed('unshare', path).length > 0 ? namespaces : [])];
  let reason = 'neither bubblewrap nor unshare of util-linux is installed';
  for (const isolation of candidates) {
    const refusal = await tryOut(isolation);
    if (refusal === undefined) return { isolation };
    reason = refusal;
  }
  return { reason };
}

function installed(program: string, path: string): string[] {
  return path
    .split(delimiter)
    .map((folder) => join(folder, program))
    .filter((file) => existsSync(file));
}

/** Runs a program that ends by a signal: the interpreter must be visible, and the end reported as it was. */
async function tryOut(isolation: Isolation): Promise<string | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'cosmicai-probe-'));
  try {
    const view = rootViewOf({
      taskFolder: folder,
      runtimeFolder: bootstrapFolder(),
      layerFolder: undefined,
      layerEntries: [],
      interpreter: process.execPath,
      modules: undefined,
      temporaryMB: 1,
      hidden: [],
    });
    const script = '"$1" --version >/dev/null && kill -s KILL $$';
    const plan = containedCommand({
      isolation,
      view,
      skeleton: new Skeletons(join(folder, 'roots')).of(view),
      tableFile: join(folder, 'mounts'),
      command: '/bin/sh',
      args: ['-c', script, 'sh', process.execPath],
      extensions: [],
    });
    return await refusalOf(plan);
  } catch (error) {
    return (error as Error).message;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function refusalOf({ command, args, exitOf }: ContainedCommand): Promise<string | undefined> {
  return new Promise((resolve) => {
    const env = { PATH: SYSTEM_PATH };
    const child = execFile(command, args, { timeout: PROBE_TIMEOUT_MS, env }, (error, _output, errors) => {
      const code = typeof error?.code === 'number' ? error.code : null;
      const exit = exitOf({ code, signal: (error?.signal as NodeJS.Signals | undefined) ?? null });
      if (exit.signal === 'SIGKILL' && error?.killed !== true) resolve(undefined);
      else resolve(errors.trim().split('\n')[0] || `${command} ended with ${exit.signal ?? code}`);
    });
    child.stdin?.on('error', () => {});
    child.stdin?.write('go\n');
  });
}
