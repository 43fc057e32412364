import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

let cached: string | undefined;

/**
 * The folder this package lies in (with `package.json`, `lambdas/`, `statemachine/`), wherever the running file
 * was bundled to. Never the working directory.
 */
export function packageRoot(): string {
  if (cached) return cached;
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!isThisPackage(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder)
      throw new Error('the package cosmicai-harness was not found above the running file');
    folder = parent;
  }
  cached = folder;
  return folder;
}

function isThisPackage(file: string): boolean {
  return existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).name === 'cosmicai-harness';
}
