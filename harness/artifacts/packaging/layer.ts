/** A layer: a folder laid out as Lambda merges it into /opt, or one of requirements for Python. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ProjectLayer } from '../../project/project.ts';
import { requireInstalled } from './node-folder.ts';
import { installedPackages } from './npm-packages.ts';
import { type BuildTarget, type PackageContents, PackagingError } from './package-request.ts';
import { pythonDependencies } from './python-folder.ts';
import { readFolder } from './read-folder.ts';

/** What the runtimes look for in /opt: https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html */
const KNOWN = ['nodejs', 'python', 'lib', 'bin', 'extensions', 'java', 'ruby'];

export interface LayerRequest {
  layer: ProjectLayer;
  /** Runtime whose wheels a layer of requirements holds: that of the functions which use it. */
  runtime: string;
  target: BuildTarget;
  cacheFolder: string;
}

export async function packageLayer({
  layer,
  runtime,
  target,
  cacheFolder,
}: LayerRequest): Promise<PackageContents> {
  const { name, path, kind } = layer;
  if (kind === 'python-requirements') {
    const own = readFolder(path, { prefix: 'python/' });
    const wheels = await pythonDependencies({ name, runtime, target, cacheFolder }, path);
    return {
      entries: [...own.entries, ...wheels.entries.map((one) => ({ ...one, name: `python/${one.name}` }))],
      own: own.entries,
      inputs: own.inputs,
      packages: wheels.packages,
    };
  }
  if (existsSync(join(path, 'nodejs'))) requireInstalled(join(path, 'nodejs'), `the layer ${name}`);
  const { entries, inputs } = readFolder(path);
  if (entries.length === 0)
    throw new PackagingError(
      `the folder of the layer ${name} is empty`,
      'put nodejs/, python/, lib/ or bin/ there',
    );
  if (!KNOWN.some((folder) => existsSync(join(path, folder))))
    throw new PackagingError(
      `the layer ${name} has none of ${KNOWN.slice(0, 5).join('/, ')}/, where runtimes look`,
      'move its files below nodejs/node_modules, python, lib or bin',
    );
  return { entries, inputs, packages: installedPackages(path, entries) };
}
