/** npm packages that a bundle takes along as they are installed: those with native addons, or that read their own files. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative, sep } from 'node:path';
import type { ProjectFunction } from '../../project/project.ts';
import type { ZipEntry } from '../zip.ts';
import { type BuildTarget, PackagingError } from './package-request.ts';
import { readFolder } from './read-folder.ts';

interface BesideBundle {
  entries: ZipEntry[];
  /** Paths of the files, relative to the root as a bundle's inputs are. */
  files: string[];
  inputs: string[];
}

/**
 * Packages as `node_modules/NAME/...`, those that the bundle imports and what they depend on: of one with `files` these
 * and its package.json, of any other all files.
 */
export function readPackages(
  root: string,
  packages: ProjectFunction['packages'],
  imported: ReadonlySet<string>,
  target: BuildTarget,
): BesideBundle {
  const beside: BesideBundle = { entries: [], files: [], inputs: [] };
  const taken = new Set<string>();
  const named = new Map(packages.map((one) => [one.name, one]));
  const take = (name: string, from: string): void => {
    const folder = packageFolder(name, from);
    if (taken.has(folder)) return;
    taken.add(folder);
    const files = named.get(name)?.files;
    const { entries, inputs } = readFolder(folder, {
      prefix: `node_modules/${name}/`,
      ...(files === undefined ? {} : { keep: keeper(files, target) }),
    });
    for (const pattern of files ?? []) requireMatch(name, pattern, entries, target);
    beside.entries.push(...entries);
    beside.inputs.push(...inputs);
    beside.files.push(...inputs.map((path) => relative(root, path).split(sep).join('/')));
    const { dependencies = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
      dependencies?: Record<string, string>;
    };
    // Of a package whose files are chosen the dependencies are chosen too.
    for (const dependency of Object.keys(dependencies))
      if (files === undefined || named.has(dependency)) take(dependency, folder);
  };
  for (const { name } of packages) if (imported.has(name)) take(name, root);
  return beside;
}

function packageFolder(name: string, from: string): string {
  const places = createRequire(join(from, 'noop.js')).resolve.paths(name) ?? [];
  const found = places
    .map((place) => join(place, name))
    .find((folder) => existsSync(join(folder, 'package.json')));
  if (found !== undefined) return found;
  throw new PackagingError(`the package ${name} is not installed`, `run npm install ${name} in ${from}`);
}

const filled = (pattern: string, { platform, arch }: BuildTarget) =>
  pattern.replaceAll(/\$\{(platform|arch)\}/g, (_, name: 'platform' | 'arch') => ({ platform, arch })[name]);

/** `*` within a name, `**` across folders, `{a,b}` either. */
function globMatches(name: string, pattern: string): boolean {
  const source = pattern.replace(/\*\*\/|\*\*|\*|\{[^}]*\}|[.+?^$()|[\]\\]/g, (part) => {
    if (part === '**/') return '(?:.*/)?';
    if (part === '**') return '.*';
    if (part === '*') return '[^/]*';
    if (part.startsWith('{'))
      return `(?:${part
        .slice(1, -1)
        .split(',')
        .map((one) => one.replaceAll('.', '\\.').replaceAll('*', '[^/]*'))
        .join('|')})`;
    return `\\${part}`;
  });
  return new RegExp(`^${source}$`).test(name);
}

function keeper(files: readonly string[], target: BuildTarget): (name: string) => boolean {
  const patterns = files.map((pattern) => filled(pattern, target));
  return (name) => name === 'package.json' || patterns.some((pattern) => globMatches(name, pattern));
}

function requireMatch(
  name: string,
  pattern: string,
  entries: readonly ZipEntry[],
  target: BuildTarget,
): void {
  const wanted = filled(pattern, target);
  if (entries.some((entry) => globMatches(entry.name.slice(`node_modules/${name}/`.length), wanted))) return;
  throw new PackagingError(
    `the package ${name} has no files ${wanted}: none for ${target.platform}-${target.arch}`,
    'install it for that platform, or build for another',
  );
}
