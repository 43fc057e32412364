/**
 * One emulator per state folder. The lock names its owner's process; a lock whose owner is gone (SIGKILL, power
 * cut) is taken over.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ExitCode, HarnessError } from '../core/errors.ts';

/** Folder of the certificate authority. A reset leaves it: clients trust what is in it. */
export const TLS_FOLDER = 'tls';

export interface StateFolderLock {
  release(): void;
}

/** Start time of a process in clock ticks since boot: tells a reused pid from its first owner. */
export function processStart(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

function isAlive(pid: number, startTicks: string | undefined): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  // Without /proc (macOS) the pid alone has to do.
  return startTicks === undefined || processStart(pid) === startTicks;
}

/** @throws HarnessError `state-folder-in-use` when a living process holds it, `state-folder-unwritable`. */
export function lockStateFolder(stateDir: string): StateFolderLock {
  const path = join(stateDir, 'lock.json');
  const mine = JSON.stringify({ pid: process.pid, startTicks: processStart(process.pid) });
  try {
    mkdirSync(stateDir, { recursive: true, mode: 0o700 });
    for (let attempt = 0; ; attempt++) {
      try {
        writeFileSync(path, mine, { flag: 'wx' });
        return { release: () => rmSync(path, { force: true }) };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || attempt > 1) throw error;
        const owner = readOwner(path);
        if (owner && isAlive(owner.pid, owner.startTicks)) throw inUse(stateDir, owner.pid);
        rmSync(path, { force: true });
      }
    }
  } catch (error) {
    if (error instanceof HarnessError) throw error;
    throw new HarnessError(
      'state-folder-unwritable',
      `The state folder ${stateDir} cannot be written: ${(error as Error).message}.`,
      {
        exitCode: ExitCode.environmentFailed,
        remedy: 'Choose another folder with --state.',
        cause: error,
      },
    );
  }
}

function readOwner(path: string): { pid: number; startTicks?: string } | undefined {
  try {
    const owner = JSON.parse(readFileSync(path, 'utf8')) as { pid?: unknown; startTicks?: unknown };
    if (typeof owner.pid !== 'number') return undefined;
    return {
      pid: owner.pid,
      ...(typeof owner.startTicks === 'string' ? { startTicks: owner.startTicks } : {}),
    };
  } catch {
    return undefined;
  }
}

function inUse(stateDir: string, pid: number): HarnessError {
  return new HarnessError(
    'state-folder-in-use',
    `The state folder ${stateDir} is in use by process ${pid}.`,
    {
      exitCode: ExitCode.environmentFailed,
      remedy: 'Stop that process, or choose another folder with --state.',
    },
  );
}
