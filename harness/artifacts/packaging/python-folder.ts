/** A folder of Python with the wheels that its requirements.txt or pyproject.toml asks for, for Lambda's platform. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { PackagedComponent } from '../code-artifact.ts';
import type { ZipEntry } from '../zip.ts';
import type { PackageRequest, Packager } from './package-request.ts';
import { installWheels } from './python-wheels.ts';
import { type FolderContents, readFolder } from './read-folder.ts';

export const pythonFolder: Packager = async (request) => {
  const own = readFolder(request.code.path);
  const wheels = await pythonDependencies(request, request.code.path);
  const names = new Set(own.entries.map(({ name }) => name));
  return {
    // A module of the function goes before one of a wheel, as on Python's path.
    entries: [...own.entries, ...wheels.entries.filter(({ name }) => !names.has(name))],
    own: own.entries,
    inputs: own.inputs,
    packages: wheels.packages,
  };
};

interface PythonDependencies {
  entries: ZipEntry[];
  packages: PackagedComponent[];
}

const NONE: PythonDependencies = { entries: [], packages: [] };

/** What a folder's requirements.txt, or else its pyproject.toml, asks for. */
export async function pythonDependencies(
  request: Pick<PackageRequest, 'name' | 'runtime' | 'target' | 'cacheFolder'>,
  folder: string,
): Promise<PythonDependencies> {
  const file = ['requirements.txt', 'pyproject.toml']
    .map((name) => join(folder, name))
    .find((one) => existsSync(one));
  if (file === undefined) return NONE;
  const installed = await installWheels(request, file);
  if (installed === undefined) return NONE;
  const contents = readFolder(installed, { keep: isNeeded });
  return { entries: contents.entries, packages: wheelPackages(contents) };
}

/** What pip writes about its own work differs from machine to machine; scripts name this machine's interpreter. */
function isNeeded(name: string): boolean {
  if (name.startsWith('bin/') || name.endsWith('.pyc')) return false;
  return !/\.dist-info\/(?:RECORD|INSTALLER|REQUESTED|direct_url\.json)$/.test(name);
}

function wheelPackages({ entries }: FolderContents): PackagedComponent[] {
  return entries
    .filter(({ name }) => /^[^/]+\.dist-info\/METADATA$/.test(name))
    .map(({ bytes }) => {
      const text = Buffer.from(bytes)
        .toString('utf8')
        .split(/\r?\n\r?\n/)[0]!;
      const field = (name: string) => new RegExp(`^${name}: (.+)$`, 'm').exec(text)?.[1]?.trim();
      const license = field('License-Expression') ?? field('License');
      return {
        ecosystem: 'pypi' as const,
        name: field('Name') ?? '',
        version: field('Version') ?? '',
        ...(license === undefined || license.length > 60 ? {} : { license }),
      };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
