/**
 * What the workspace holds, and which of it can go: finished runs, calls, cached data, artifacts and packages. A cache
 * is rebuilt when it is missing, so nothing but finished runs is lost with them.
 */
import { existsSync } from 'node:fs';
import { lstat, readdir, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Workspace } from './workspace.ts';

type EntryKind = 'run' | 'call' | 'dataset' | 'artifact' | 'package';

/** A file or folder of the workspace that can be removed by itself. */
export interface WorkspaceEntry {
  kind: EntryKind;
  path: string;
  sizeBytes: number;
  /** Newest modification of it or of anything in it, milliseconds since the epoch. */
  changedAtMs: number;
  /** False of a run or call that may still be going on. */
  isFinished: boolean;
}

export interface Removal {
  /** Entries not changed since are removed. */
  changedBeforeMs?: number;
  /** The oldest are removed until the workspace is at most so large. */
  maxSizeBytes?: number;
}

/** A run or call that ended in none of its ways is taken for going on while something in it is as new as this. */
const IDLE_MS = 3_600_000;

/** All entries, oldest change first. */
export async function workspaceEntries(workspace: Workspace, nowMs: number): Promise<WorkspaceEntry[]> {
  const folders: [EntryKind, string, endMark: string | undefined][] = [
    ['run', workspace.runs, 'outcome.json'],
    ['call', workspace.suites, 'ended'],
    ['dataset', workspace.datasetCache, undefined],
    ['artifact', workspace.artifactCache, undefined],
    ['package', workspace.packageCache, undefined],
  ];
  const entries: WorkspaceEntry[] = [];
  for (const [kind, folder, endMark] of folders) {
    for (const name of await namesIn(folder)) {
      const path = join(folder, name);
      const { sizeBytes, changedAtMs } = await measure(path);
      const isFinished =
        endMark === undefined || existsSync(join(path, endMark)) || changedAtMs < nowMs - IDLE_MS;
      entries.push({ kind, path, sizeBytes, changedAtMs, isFinished });
    }
  }
  return entries.sort((a, b) => a.changedAtMs - b.changedAtMs);
}

/** The entries that a removal takes, oldest first; never one that may still be in use. Pure. */
export function entriesToRemove(
  entries: readonly WorkspaceEntry[],
  { changedBeforeMs, maxSizeBytes }: Removal,
): WorkspaceEntry[] {
  const old = entries.filter((one) => changedBeforeMs !== undefined && one.changedAtMs < changedBeforeMs);
  const chosen = new Set(old.filter(({ isFinished }) => isFinished));
  if (maxSizeBytes !== undefined) {
    let leftBytes = entries.reduce((sum, one) => sum + (chosen.has(one) ? 0 : one.sizeBytes), 0);
    for (const one of entries) {
      if (leftBytes <= maxSizeBytes) break;
      if (chosen.has(one) || !one.isFinished) continue;
      chosen.add(one);
      leftBytes -= one.sizeBytes;
    }
  }
  return entries.filter((one) => chosen.has(one));
}

/** Removes entries of the workspace. @throws Error for a path outside of it */
export async function removeEntries(workspace: Workspace, entries: readonly WorkspaceEntry[]): Promise<void> {
  for (const { path } of entries) {
    if (relative(workspace.root, path).startsWith('..')) throw new Error(`${path} is not in the workspace`);
    await rm(path, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Size of a tree, and its newest change; what another process removes meanwhile counts nothing. */
async function measure(path: string): Promise<{ sizeBytes: number; changedAtMs: number }> {
  const found = { sizeBytes: 0, changedAtMs: 0 };
  const add = async (file: string): Promise<void> => {
    const info = await lstat(file).catch(() => undefined);
    if (info === undefined) return;
    found.changedAtMs = Math.max(found.changedAtMs, info.mtimeMs);
    if (!info.isDirectory()) found.sizeBytes += info.size;
    else for (const name of await namesIn(file)) await add(join(file, name));
  };
  await add(path);
  return found;
}
