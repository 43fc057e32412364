import { statSync } from 'node:fs';
import { join } from 'node:path';
import { type Packager, PackagingError } from './package-request.ts';
import { readFolder } from './read-folder.ts';

/** A folder with an executable `bootstrap`, which the `provided` runtimes start. */
export const customFolder: Packager = async ({ code, name }) => {
  const bootstrap = join(code.path, 'bootstrap');
  if ((statSync(bootstrap).mode & 0o111) === 0)
    throw new PackagingError(
      `the bootstrap of the function ${name} is not executable`,
      `run chmod +x ${bootstrap}`,
    );
  return { ...readFolder(code.path), packages: [] };
};
