/** The folders in which services keep their state. */
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ExitCode, HarnessError } from '../core/errors.ts';

/** @throws HarnessError `state-folder-damaged` where something else is in its place */
export function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new HarnessError('state-folder-damaged', `${path} is not a folder that can be used.`, {
      exitCode: ExitCode.environmentFailed,
      remedy: 'Move it away, or choose another folder with --state.',
      cause: error,
    });
  }
}

/** What a service writes as it opens, whether or not it is ever used: nothing that could be damaged. */
const WRITTEN_BY_OPENING = new Set(['package.json', 'scratch']);

/** Whether a folder holds a file, at whatever depth; anything that is not a folder counts as one. */
export function holdsFiles(path: string): boolean {
  try {
    return readdirSync(path, { withFileTypes: true }).some(
      (entry) =>
        !WRITTEN_BY_OPENING.has(entry.name) && (!entry.isDirectory() || holdsFiles(join(path, entry.name))),
    );
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
}

/** Names of the folders in a folder; none where it does not exist. */
export function foldersIn(path: string): string[] {
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
  } catch {
    return [];
  }
}
