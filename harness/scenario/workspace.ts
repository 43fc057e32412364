/** The folder `.cosmicai`: `cache/` shared by all runs, `runs/<runId>/` one per run. */
import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';

export interface Workspace {
  root: string;
  datasetCache: string;
  artifactCache: string;
  /** Unpacked function packages, by content. */
  packageCache: string;
  runs: string;
  /** What was asked for in each call, to be resumed. */
  suites: string;
  /** Notes of deployments in accounts, until they are removed. */
  deployments: string;
}

/** The workspace in the working directory. */
export function openWorkspace(root = '.cosmicai'): Workspace {
  const base = resolve(root);
  return {
    root: base,
    datasetCache: join(base, 'cache', 'datasets'),
    artifactCache: join(base, 'cache', 'artifacts'),
    packageCache: join(base, 'cache', 'packages'),
    runs: join(base, 'runs'),
    suites: join(base, 'suites'),
    deployments: join(base, 'deployments'),
  };
}

/** Folders of one run. The state folder is the backend's alone and goes when the run has passed. */
export interface RunFolders {
  run: string;
  state: string;
  /** Spoiled copies of partitions. */
  damaged: string;
}

export function createRunFolders(workspace: Workspace, runId: string): RunFolders {
  const run = join(workspace.runs, runId);
  const folders = { run, state: join(run, 'state'), damaged: join(run, 'damaged') };
  mkdirSync(run, { recursive: true, mode: 0o700 });
  return folders;
}

/** Removes what only a failed run is worth keeping; several files at a time, and runs beside it go on meanwhile. */
export async function removeState(folders: RunFolders): Promise<void> {
  await Promise.all(
    [folders.state, folders.damaged].map((folder) => rm(folder, { recursive: true, force: true })),
  );
}
