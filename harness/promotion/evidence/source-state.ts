/** Which commit a project's sources are at, and what differs from it. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import type { Project } from '../../project/project.ts';
import { GIT_ENVIRONMENT } from './source-files.ts';
import type { SourceState } from './statement.ts';

const run = promisify(execFile);

/** What the sources of a project are, as far as files that Git does not know are concerned. */
export type SourceFolders = Pick<Project, 'folder'> &
  Partial<Pick<Project, 'functions' | 'layers' | 'stateMachines' | 'buckets'>>;

/**
 * The commit that a project is at, and what differs from it: changed files anywhere in the repository, also those that
 * Git was told to overlook, and unknown files among the project's sources. Outside of a repository nothing is known,
 * which is not clean.
 */
export async function readSourceState(project: SourceFolders): Promise<SourceState> {
  const gitIn = async (folder: string, ...args: string[]) =>
    (
      await run('git', ['-C', folder, ...args], {
        maxBuffer: 64 * 1024 * 1024,
        env: { ...process.env, ...GIT_ENVIRONMENT },
      })
    ).stdout;
  const git = (...args: string[]) => gitIn(project.folder, ...args);
  try {
    const [head, top, prefix = ''] = (
      await git('rev-parse', 'HEAD', '--show-toplevel', '--show-prefix')
    ).split('\n');
    const status = await git(
      'status',
      '--porcelain',
      '-z',
      '--no-renames',
      '--untracked-files=all',
      '--ignore-submodules=none',
    );
    const isSource = sourcePattern(project);
    const changed = lines(status)
      .filter(
        (entry) =>
          !entry.startsWith('??') ||
          (entry.slice(3).startsWith(prefix) && isSource(entry.slice(3 + prefix.length))),
      )
      .map((entry) => entry.slice(3));
    // `git update-index --assume-unchanged` and `--skip-worktree` hide changes from status.
    const overlooked = lines(await gitIn(top!, 'ls-files', '-v', '-z'))
      .filter((entry) => /^[a-zS] /.test(entry))
      .map((entry) => entry.slice(2))
      .filter((path) => existsSync(join(top!, path)));
    const all = [...new Set([...changed, ...overlooked])];
    return { commit: head!, clean: all.length === 0, changed: all };
  } catch {
    return { clean: false, changed: [] };
  }
}

const lines = (text: string) => text.split('\0').filter((entry) => entry !== '');

/**
 * Whether an untracked file may change what is built or run: it is in the top folder of code, of a layer, of a
 * definition, of objects, or of scenarios. Untracked reports and evidence change nothing.
 */
function sourcePattern({
  folder,
  functions = {},
  layers = {},
  stateMachines = {},
  buckets = {},
}: SourceFolders) {
  const paths = [
    ...Object.values(functions).flatMap(({ code, files, entries }) => [
      code.path,
      ...Object.values(files),
      ...Object.values(entries),
    ]),
    ...Object.values(layers).map(({ path }) => path),
    ...Object.values(stateMachines).map(({ file }) => file),
    ...Object.values(buckets).flatMap(({ objects }) => Object.values(objects).map(({ path }) => path)),
  ].map((path) => relative(folder, path).split(sep));
  const folders = new Set([
    'scenarios',
    ...paths.flatMap(([first]) => (first && first !== '..' ? [first] : [])),
  ]);
  // Code directly beside the project file: other code there may be imported by it.
  const isFlat = paths.some((path) => path.length === 1 && /\.\w+$/.test(path[0]!));
  return (path: string): boolean => {
    const [first = ''] = path.split('/');
    if (first === '.cosmicai' || first === 'node_modules') return false;
    if (folders.has(first)) return true;
    return isFlat && /\.(?:[cm]?[jt]sx?|py|rb|sh|so|node|wasm)$/.test(path) && dirname(path) === '.';
  };
}
