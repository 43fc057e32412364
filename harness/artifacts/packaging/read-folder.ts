import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ZipEntry } from '../zip.ts';
import { PackagingError } from './package-request.ts';

/** What version control, editors and runtimes leave in a folder, and no function needs. */
const LEFT_OUT = new Set([
  '.git',
  '.svn',
  '.hg',
  '.DS_Store',
  '.cosmicai',
  '__pycache__',
  '.venv',
  '.pytest_cache',
]);

export interface FolderContents {
  entries: ZipEntry[];
  /** Every file and every folder, absolute. */
  inputs: string[];
}

/**
 * Every file below a folder, links followed, in the order of names. `prefix` goes before the names in the package.
 * Permissions are reduced to whether a file is executable.
 */
export function readFolder(
  folder: string,
  options: { prefix?: string; keep?: (name: string) => boolean } = {},
): FolderContents {
  const { prefix = '', keep = () => true } = options;
  const contents: FolderContents = { entries: [], inputs: [] };
  const walk = (path: string, name: string, above: readonly string[]): void => {
    const real = realpathSync(path);
    if (above.includes(real))
      throw new PackagingError(`${path} links to a folder that holds it`, 'remove the link');
    contents.inputs.push(path);
    for (const one of readdirSync(path).sort()) {
      if (LEFT_OUT.has(one)) continue;
      const inside = name === '' ? one : `${name}/${one}`;
      const file = join(path, one);
      const stats = statSync(file, { throwIfNoEntry: false });
      // A link to nothing.
      if (!stats) continue;
      if (stats.isDirectory()) walk(file, inside, [...above, real]);
      else if (stats.isFile() && keep(inside)) {
        contents.inputs.push(file);
        contents.entries.push({
          name: `${prefix}${inside}`,
          bytes: readFileSync(file),
          executable: (stats.mode & 0o111) !== 0,
        });
      }
    }
  };
  walk(folder, '', []);
  return contents;
}

/** A file or a folder at a place in the package. */
export function readFiles(files: Readonly<Record<string, string>>): FolderContents {
  const contents: FolderContents = { entries: [], inputs: [] };
  for (const [name, path] of Object.entries(files)) {
    const stats = statSync(path);
    if (stats.isDirectory()) {
      const { entries, inputs } = readFolder(path, { prefix: `${name.replace(/\/+$/, '')}/` });
      contents.entries.push(...entries);
      contents.inputs.push(...inputs);
    } else {
      contents.inputs.push(path);
      contents.entries.push({ name, bytes: readFileSync(path), executable: (stats.mode & 0o111) !== 0 });
    }
  }
  return contents;
}
