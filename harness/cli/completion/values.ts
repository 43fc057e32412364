/** Values that options and arguments take, by what `--help` calls them. */
import { type Dirent, readdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { placeNames } from '../../backends/choice.ts';
import { regionNames } from '../../metrics/cost/price-table.ts';
import { COVERAGE_KINDS } from '../../metrics/coverage.ts';
import { openWorkspace } from '../../scenario/workspace.ts';
import type { Candidate, Taker, ValueSource } from './candidates.ts';
import { axesOf, scenariosNamed, tagsOf } from './scenario-names.ts';

interface Request {
  folder: string;
  partial: string;
  words: readonly string[];
}
type Lister = (request: Request) => Candidate[] | Promise<Candidate[]>;

const files: Lister = ({ folder, partial }) => listFiles(folder, partial, () => true);
const folders: Lister = ({ folder, partial }) => listFiles(folder, partial, () => false);
const scenarios: Lister = ({ folder, partial }) =>
  listFiles(folder, partial, (name) => /\.ya?ml$/.test(name));
const choices =
  (names: readonly string[]): Lister =>
  ({ partial }) =>
    named(names, partial);
/** What a person makes up: nothing to offer. */
const free: Lister = () => [];

/** By placeholder; `command placeholder` or `--option` where the same word means something else. */
const LISTERS: Readonly<Record<string, Lister>> = {
  'run path': scenarios,
  '--backend': choices(placeNames),
  '--backends': list(choices(placeNames)),
  '--resume': ({ folder, partial }) => newest(openWorkspace(join(folder, '.cosmicai')).suites, partial),
  '--region': choices(regionNames),
  tags: list(async ({ folder, words, partial }) =>
    named(await tagsOf(scenariosNamed(folder, words)), partial),
  ),
  'axis=values': async ({ folder, words, partial }) =>
    named(
      (await axesOf(scenariosNamed(folder, words))).map((axis) => `${axis}=`),
      partial,
    ),
  minimums: list(choices(COVERAGE_KINDS.map(({ name }) => `${name}=`))),
  defects: list(async ({ partial }) => {
    const { DEFECTS } = await import('../../mutation/catalogue.ts');
    return named(DEFECTS, partial);
  }),
  'platform-arch': choices(['linux-x64', 'linux-arm64']),
  run: runs,
  a: (request) => [...(runs(request) as Candidate[]), ...(scenarios(request) as Candidate[])],
  dir: folders,
  ...Object.fromEntries(
    [
      'file',
      'out',
      'path',
      'model',
      'checkpoint',
      'partition',
      'evidence',
      'manifest',
      'plan',
      'history',
      'template',
    ].map((name) => [name, files]),
  ),
  ...Object.fromEntries(
    [
      'n',
      'count',
      'i/n',
      'id',
      'json',
      'seed',
      'port',
      'usd',
      'percent',
      'time',
      'share',
      'text',
      'size',
      'url',
      'pattern',
      'name',
      'line',
      'words',
      'shell',
      'group',
      'release',
      'environment',
      'address',
      'quotas',
      'function',
      'function=folder',
      'name=value',
      'origin',
      'execution-arn',
    ].map((name) => [name, free]),
  ),
};

/** What lists the values of an option or argument; undefined for an unknown placeholder. */
export function listerOf({ placeholder, option, command, choices: given }: Taker): Lister | undefined {
  if (given) return choices(given);
  return LISTERS[`${command} ${placeholder}`] ?? LISTERS[option ?? ''] ?? LISTERS[placeholder];
}

/** Values as seen from a folder. */
export function valuesFrom(folder: string): ValueSource {
  return async (taker, partial, words) => (await listerOf(taker)?.({ folder, partial, words })) ?? [];
}

function named(names: readonly string[], partial: string): Candidate[] {
  return names.filter((name) => name.startsWith(partial)).map((value) => ({ value }));
}

/** A list between commas: its last part is completed. */
function list(of: Lister): Lister {
  return async ({ partial, ...request }) => {
    const before = partial.slice(0, partial.lastIndexOf(',') + 1);
    const found = await of({ ...request, partial: partial.slice(before.length) });
    return found.map((one) => ({ ...one, value: `${before}${one.value}` }));
  };
}

function runs({ folder, partial }: Request): Candidate[] {
  const { runs: at } = openWorkspace(join(folder, '.cosmicai'));
  return [...named(['last'], partial), ...newest(at, partial), ...listFiles(folder, partial, () => false)];
}

/** Names in a folder, the newest first. */
function newest(folder: string, partial: string): Candidate[] {
  const names = entriesOf(folder).map(({ name }) => name);
  const ages = new Map(names.map((name) => [name, statSync(join(folder, name)).mtimeMs]));
  return named(
    names.sort((a, b) => ages.get(b)! - ages.get(a)!),
    partial,
  );
}

/** Files that are wanted, and folders to go on into; hidden ones only when asked for. */
function listFiles(from: string, partial: string, wanted: (name: string) => boolean): Candidate[] {
  const cut = partial.lastIndexOf('/') + 1;
  const [written, start] = [partial.slice(0, cut), partial.slice(cut)];
  const folder = resolve(from, written.replace(/^~(?=\/)/, homedir()));
  return entriesOf(folder)
    .filter(({ name }) => name.startsWith(start) && (start.startsWith('.') || !name.startsWith('.')))
    .filter((entry) => isFolder(folder, entry) || wanted(entry.name))
    .map((entry) => ({ value: `${written}${entry.name}${isFolder(folder, entry) ? '/' : ''}` }))
    .sort((a, b) => (a.value < b.value ? -1 : 1));
}

function isFolder(folder: string, entry: Dirent): boolean {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  return statSync(join(folder, entry.name), { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
