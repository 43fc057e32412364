import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

export const PROJECT_FILE = 'cosmicai.yaml';

/**
 * The nearest `cosmicai.yaml` at or above a file or folder, as npm finds package.json; `undefined` when there is none.
 */
export function findProjectFile(start: string): string | undefined {
  const absolute = resolve(start);
  let folder = statSync(absolute, { throwIfNoEntry: false })?.isDirectory() ? absolute : dirname(absolute);
  for (;;) {
    const file = join(folder, PROJECT_FILE);
    if (existsSync(file)) return file;
    const parent = dirname(folder);
    if (parent === folder) return undefined;
    folder = parent;
  }
}
