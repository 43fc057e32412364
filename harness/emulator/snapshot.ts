/**
 * The state folder as a whole: copied, emptied, put back. Nothing may be using it meanwhile.
 *
 * Files that are only ever written once (objects' contents, unpacked code) are hard-linked where the file system
 * allows it; all others are copied, as clones where that is possible.
 */

import * as fs from 'node:fs';
import { constants } from 'node:fs';
import { join } from 'node:path';
import { ExitCode, HarnessError } from '../core/errors.ts';
import { TLS_FOLDER } from './state-folder.ts';

/** Owned by the running process, or of no use to another. */
const LEFT_OUT = new Set([
  'lock.json',
  TLS_FOLDER,
  'token',
  'discarded',
  'lambda/sandboxes',
  'lambda/processes',
  's3/tmp',
  'stepfunctions/scratch',
]);
const WRITTEN_ONCE = ['s3/blobs/', 'lambda/code/'];
const MARK = 'snapshot.json';

interface SnapshotMark {
  format: 1;
  region: string;
  accountId: string;
}

/** Writes a snapshot of a state folder. The target must not exist, or be empty. @throws HarnessError */
export function writeSnapshot(stateDir: string, target: string, mark: Omit<SnapshotMark, 'format'>): void {
  if (fs.existsSync(target) && fs.readdirSync(target).length > 0) {
    throw new HarnessError('snapshot-exists', `The folder ${target} is not empty.`, {
      exitCode: ExitCode.inputWrong,
      remedy: 'Choose a new folder for the snapshot, or remove this one.',
    });
  }
  fs.mkdirSync(target, { recursive: true, mode: 0o700 });
  copyTree(stateDir, join(target, 'state'), '');
  // Last, so that a snapshot cut short is not taken for a whole one.
  fs.writeFileSync(join(target, MARK), JSON.stringify({ format: 1, ...mark }));
}

/** Fills an empty state folder from a snapshot, which `checkSnapshot` has seen. */
export function readSnapshot(source: string, stateDir: string): void {
  copyTree(join(source, 'state'), stateDir, '');
}

/** What was emptied out and is yet to be removed. */
const DISCARDED = 'discarded';
/** Not part of the state: a reset leaves them. */
const OF_THE_PROCESS = new Set(['lock.json', 'token', TLS_FOLDER, DISCARDED]);

/**
 * Empties a state folder but for its lock, at once: what was in it is put aside for `removeDiscarded`, which must not be
 * at work meanwhile.
 */
export function emptyStateFolder(stateDir: string): void {
  const names = fs.readdirSync(stateDir).filter((name) => !OF_THE_PROCESS.has(name));
  if (names.length === 0) return;
  fs.mkdirSync(join(stateDir, DISCARDED), { recursive: true, mode: 0o700 });
  const aside = fs.mkdtempSync(join(stateDir, DISCARDED, 'state-'));
  for (const name of names) {
    try {
      fs.renameSync(join(stateDir, name), join(aside, name));
    } catch {
      // A file system of its own is mounted there.
      fs.rmSync(join(stateDir, name), { recursive: true, force: true });
    }
  }
}

/** Removes what was put aside, by this process or one that died over it. What resists stays for the next one. */
export async function removeDiscarded(stateDir: string): Promise<void> {
  try {
    await fs.promises.rm(join(stateDir, DISCARDED), { recursive: true, force: true });
  } catch {
    // The emulator can do without; it is told by the folder being there.
  }
}

/** @throws HarnessError `snapshot-unreadable` when it is none, or of another account or region (ARNs hold both) */
export function checkSnapshot(source: string, { region, accountId }: Omit<SnapshotMark, 'format'>): void {
  const mark = readMark(source);
  const why =
    mark === undefined
      ? 'is no snapshot, or not a whole one'
      : mark.region !== region || mark.accountId !== accountId
        ? `is of account ${mark.accountId} in ${mark.region}, not of ${accountId} in ${region}`
        : undefined;
  if (why === undefined) return;
  throw new HarnessError('snapshot-unreadable', `${source} ${why}.`, {
    exitCode: ExitCode.inputWrong,
    remedy: 'Name a folder that emulator.snapshot has written, and start with its account and region.',
  });
}

function readMark(source: string): SnapshotMark | undefined {
  try {
    const mark = JSON.parse(fs.readFileSync(join(source, MARK), 'utf8')) as Partial<SnapshotMark>;
    return mark.format === 1 ? (mark as SnapshotMark) : undefined;
  } catch {
    return undefined;
  }
}

function copyTree(from: string, to: string, path: string): void {
  fs.mkdirSync(to, { recursive: true, mode: 0o700 });
  for (const entry of fs.readdirSync(from, { withFileTypes: true })) {
    const inner = path === '' ? entry.name : `${path}/${entry.name}`;
    if (LEFT_OUT.has(inner)) continue;
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) copyTree(source, target, inner);
    else if (entry.isSymbolicLink()) fs.symlinkSync(fs.readlinkSync(source), target);
    else if (entry.isFile()) copyFile(source, target, inner);
  }
}

function copyFile(source: string, target: string, path: string): void {
  if (WRITTEN_ONCE.some((folder) => path.startsWith(folder))) {
    try {
      fs.linkSync(source, target);
      return;
    } catch (error) {
      // Another file system, or one without links: copied then.
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error;
    }
  }
  fs.copyFileSync(source, target, constants.COPYFILE_FICLONE);
}
