/** Which npm packages went into a bundle, from the paths of its inputs; versions, licences and digests as installed. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../../core/json.ts';
import type { PackagedComponent } from '../code-artifact.ts';
import type { ZipEntry } from '../zip.ts';

/** `.../node_modules/@scope/name/file.js`: the innermost package of a path, and where its folder ends. */
const PACKAGE_FOLDER = /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;

/** The packages that own `inputs` (paths relative to `root`), sorted by name and version. */
export function packagesOf(root: string, inputs: readonly string[]): PackagedComponent[] {
  const lock = readLock(root);
  const folders = new Set(inputs.flatMap((input) => PACKAGE_FOLDER.exec(input)?.[0] ?? []));
  const found = [...folders].map((folder) => describe(join(root, folder), lock.get(inLockfile(folder))));
  const order = (one: PackagedComponent) => `${one.name}@${one.version}`;
  return [...new Map(found.map((one) => [order(one), one])).values()].sort((a, b) =>
    order(a) < order(b) ? -1 : 1,
  );
}

/** The packages in the node_modules of a folder that is packaged as it is. */
export function installedPackages(folder: string, entries: readonly ZipEntry[]): PackagedComponent[] {
  const manifests = entries.filter(({ name }) =>
    /(?:^|\/)node_modules\/(?:@[^/]+\/)?[^/]+\/package\.json$/.test(name),
  );
  return packagesOf(
    folder,
    manifests.map(({ name }) => name),
  );
}

/** The lockfile's key for a folder that may lie above the root. */
const inLockfile = (folder: string) => folder.slice(folder.indexOf('node_modules/'));

function describe(folder: string, integrity: string | undefined): PackagedComponent {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, Json>;
  const { name, version, license } = manifest;
  const sha512 = integrity === undefined ? undefined : /^sha512-(\S+)/.exec(integrity)?.[1];
  return {
    ecosystem: 'npm',
    name: String(name),
    version: String(version),
    ...(typeof license === 'string' ? { license } : {}),
    ...(sha512 === undefined ? {} : { sha512: Buffer.from(sha512, 'base64').toString('hex') }),
  };
}

/** Integrity by folder, from package-lock.json (version 2 and 3). */
function readLock(root: string): Map<string, string> {
  const file = join(root, 'package-lock.json');
  if (!existsSync(file)) return new Map();
  const { packages = {} } = JSON.parse(readFileSync(file, 'utf8')) as {
    packages?: Record<string, { integrity?: string }>;
  };
  return new Map(
    Object.entries(packages).flatMap(([folder, { integrity }]) =>
      integrity === undefined ? [] : [[folder, integrity]],
    ),
  );
}
