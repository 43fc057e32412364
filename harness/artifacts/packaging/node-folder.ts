import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { installedPackages } from './npm-packages.ts';
import { type Packager, PackagingError } from './package-request.ts';
import { readFolder } from './read-folder.ts';

/** A folder of JavaScript as it is, with its own node_modules. */
export const nodeFolder: Packager = async ({ code, name }) => {
  requireInstalled(code.path, `the function ${name}`);
  const { entries, inputs } = readFolder(code.path);
  return { entries, inputs, packages: installedPackages(code.path, entries) };
};

/** @throws PackagingError when package.json names dependencies that are not installed */
export function requireInstalled(folder: string, whose: string): void {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) return;
  const { dependencies = {} } = JSON.parse(readFileSync(file, 'utf8')) as {
    dependencies?: Record<string, string>;
  };
  const lookUp = createRequire(join(folder, 'noop.js'));
  // Lambda's Node.js runtimes bring the AWS SDK along.
  const missing = Object.keys(dependencies).filter(
    (name) =>
      !name.startsWith('@aws-sdk/') &&
      !(lookUp.resolve.paths(name) ?? []).slice(0, 1).some((place) => existsSync(join(place, name))),
  );
  if (missing.length === 0) return;
  throw new PackagingError(
    `${whose} needs ${missing.join(', ')}, which ${missing.length === 1 ? 'is' : 'are'} not installed in ${join(folder, 'node_modules')}`,
    `run npm ${existsSync(join(folder, 'package-lock.json')) ? 'ci' : 'install'} in ${folder}`,
  );
}
