/**
 * Code that is being worked on: a function's package read from a folder, for as long as it does not change. An
 * environment started from an earlier state of the folder is not used again.
 */
import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Where the code of a function is, as of now. */
export interface LiveCode {
  current(): Promise<{
    folder: string;
    /** Another text whenever the code is another. */
    stamp: string;
  }>;
}

/** Installed packages do not change while somebody edits, and hold too many files to be looked at every time. */
const SKIPPED = new Set(['node_modules', '.git', '__pycache__']);
const MAX_FILES = 10_000;

/** A folder that is the package as it stands. */
export const liveFolder = (folder: string): LiveCode => ({
  current: async () => ({ folder, stamp: await folderStamp([folder]) }),
});

/** Names, sizes and times of all files below the folders, as one short text. */
export async function folderStamp(folders: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  let left = MAX_FILES;
  const visit = async (folder: string): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true });
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      if (SKIPPED.has(entry.name) || left-- <= 0) continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) await visit(path);
      else if (entry.isFile()) {
        const { size, mtimeMs } = await stat(path);
        hash.update(`${path}\0${size}\0${mtimeMs}\n`);
      }
    }
  };
  for (const folder of folders) await visit(folder);
  return hash.digest('hex');
}
