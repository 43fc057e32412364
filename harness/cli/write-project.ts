import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { ExitCode, HarnessError } from '../core/errors.ts';
import { packageRoot } from '../core/package-root.ts';
import { PROJECT_FILE } from '../project/find-project.ts';
import { PROJECT_RUNTIMES } from '../project/runtimes.ts';
import { type TemplateName, templateOf } from './project-templates.ts';

export interface WriteOptions {
  /** Replace files that exist. */
  force: boolean;
  /** Runtime for Python functions, e.g. `python3.12`; that of the template when left out or not supported. */
  python?: string | undefined;
}

export interface WrittenProject {
  /** How many files were written. */
  files: number;
  /** Files of the user that stay as they are. */
  kept: string[];
}

/** A user's own versions of these stay, with or without --force. */
const KEPT = ['package.json', '.gitignore'];
/** npm leaves a file of the name .gitignore out of a package, and reads it. */
const RENAMED: Record<string, string> = { gitignore: '.gitignore' };
const SCHEMA_COMMENT = /(?<=^# yaml-language-server: \$schema=)\S*?([a-z]+\.schema\.json)$/m;

/**
 * Writes the project of a template. @throws HarnessError `files-exist` (exit code 2), naming every file that would be
 * replaced; then nothing is written.
 */
export function writeProject(folder: string, name: TemplateName, options: WriteOptions): WrittenProject {
  const files = filesOf(name);
  const present = [...files.keys()].filter((path) => statSync(join(folder, path), { throwIfNoEntry: false }));
  const kept = present.filter((path) => KEPT.includes(path));
  const replaced = present.filter((path) => !KEPT.includes(path));
  if (replaced.length > 0 && !options.force) {
    throw new HarnessError('files-exist', `${folder} already has ${replaced.join(', ')}.`, {
      exitCode: ExitCode.inputWrong,
      remedy: 'Choose another folder, or replace these files with --force.',
    });
  }
  for (const [path, source] of files) {
    if (kept.includes(path)) continue;
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, adapted(path, readFileSync(source), projectName(folder), options.python));
  }
  return { files: files.size - kept.length, kept };
}

/** Path in the project to the file of this package. */
function filesOf(name: TemplateName): Map<string, string> {
  const { folders, copied = [] } = templateOf(name);
  const root = packageRoot();
  const files = new Map<string, string>();
  for (const path of copied)
    for (const file of filesUnder(join(root, path))) files.set(relative(root, file), file);
  for (const one of folders) {
    const folder = join(root, 'harness', 'cli', 'templates', one);
    for (const file of filesUnder(folder)) {
      const path = relative(folder, file);
      files.set(RENAMED[path] ?? path.replace(/^github(?=[\\/])/, '.github'), file);
    }
  }
  return files;
}

function filesUnder(path: string): string[] {
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** What differs from the template: names, the Python runtime, the versions of packages, where schemas lie. */
function adapted(path: string, content: Buffer, name: string, python: string | undefined): Buffer | string {
  if (path === 'package.json') return manifest(content.toString(), name);
  if (!path.endsWith('.yaml')) return content;
  const depth = path.split(sep).length - 1;
  const schemas = `${depth === 0 ? './' : '../'.repeat(depth)}node_modules/cosmicai-harness/scenarios/`;
  const text = content.toString().replace(SCHEMA_COMMENT, `${schemas}$1`);
  if (path !== PROJECT_FILE) return text;
  const isSupported = (PROJECT_RUNTIMES as readonly string[]).includes(python ?? '');
  const named = text.replace(/^name: .*$/m, `name: ${name}`);
  return isSupported ? named.replace(/\bpython3\.\d+\b/g, python!) : named;
}

function manifest(text: string, name: string): string {
  const own = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8'));
  const versions: Record<string, string> = {
    [own.name]: own.version,
    ...own.dependencies,
    ...own.devDependencies,
  };
  const fields = JSON.parse(text);
  for (const dependency of Object.keys(fields.devDependencies))
    fields.devDependencies[dependency] = `^${versions[dependency]!.replace(/^\^/, '')}`;
  return `${JSON.stringify({ ...fields, name }, null, 2)}\n`;
}

/** The folder's name as the name of a project. */
function projectName(folder: string): string {
  const name = basename(folder)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-+|-+$/g, '');
  return name === '' ? 'pipeline' : name;
}
