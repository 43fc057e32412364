/**
 * Contents of a project's files by digest: in a commit, or in the work tree. Paths are relative to
 * the project's folder, with `/`.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, realpathSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** `text` is absent of a file that is kept outside of Git (LFS): only its digest is known. */
type FileState = { sha256: string; text?: string } | { problem: string };
export type FileLookup = (path: string) => FileState;

const sha256Hex = (content: string | Uint8Array): string =>
  createHash('sha256').update(content).digest('hex');

/** YAML says the same with either line ending, and Git may change them on checkout. */
export const yamlSha256 = (text: string): string => sha256Hex(text.replaceAll('\r\n', '\n'));

/** Git as it is in the repository: without replaced objects, and with paths taken literally. */
export const GIT_ENVIRONMENT = { GIT_NO_REPLACE_OBJECTS: '1', GIT_LITERAL_PATHSPECS: '1', LC_ALL: 'C' };

const LARGEST_BLOB_BYTES = 1024 ** 3;
const LFS_POINTER = /^version https:\/\/git-lfs\.github\.com\/spec\/v1\n[\s\S]*^oid sha256:([0-9a-f]{64})$/m;

/** Files as the commit has them. A commit or file that is not there is a problem, as is a symbolic link. */
export function committedFiles(projectFolder: string, commit: string): FileLookup {
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', projectFolder, ...args], {
      maxBuffer: LARGEST_BLOB_BYTES,
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, ...GIT_ENVIRONMENT },
    });
  return remembered((path) => {
    let entry: string;
    try {
      entry = git('ls-tree', '-z', commit, '--', path).toString('utf8');
    } catch {
      return { problem: `the commit ${commit} cannot be read` };
    }
    const [, mode, type, id] = /^(\d+) (\w+) ([0-9a-f]+)\t/.exec(entry) ?? [];
    if (id === undefined) return { problem: `is not in the commit ${commit}` };
    if (mode === '120000') return { problem: `is a symbolic link in the commit ${commit}` };
    if (type !== 'blob') return { problem: `is no file in the commit ${commit}` };
    const bytes = git('cat-file', 'blob', id);
    const [, pointer] = bytes.length < 1024 ? (LFS_POINTER.exec(bytes.toString('utf8')) ?? []) : [];
    if (pointer !== undefined) return { sha256: pointer };
    return stateOf(bytes);
  });
}

/** Files of the folder; a symbolic link is a problem. */
export function workTreeFiles(projectFolder: string): FileLookup {
  return remembered((path) => {
    const file = join(projectFolder, ...path.split('/'));
    try {
      if (pathInProject(projectFolder, file) !== path) return { problem: 'is a symbolic link' };
      return stateOf(readFileSync(file));
    } catch {
      return { problem: 'does not exist' };
    }
  });
}

/** A file's path relative to the project's folder, with `/` and links followed. @throws Error when it does not exist */
export const pathInProject = (projectFolder: string, file: string): string =>
  relative(realpathSync(projectFolder), realpathSync(file)).split(sep).join('/');

function stateOf(bytes: Buffer): FileState {
  return { sha256: sha256Hex(bytes), text: bytes.toString('utf8') };
}

function remembered(look: FileLookup): FileLookup {
  const known = new Map<string, FileState>();
  return (path) => {
    const outside =
      path === '' || path.split('/').includes('..') || path.startsWith('/') || path.includes('\0');
    const state =
      known.get(path) ?? (outside ? { problem: "lies outside of the project's folder" } : look(path));
    known.set(path, state);
    return state;
  };
}
