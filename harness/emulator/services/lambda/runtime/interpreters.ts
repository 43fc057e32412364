/**
 * Which program of this machine runs a managed runtime. A name on the PATH is no promise: version managers (pyenv,
 * asdf) put a script there for every version that is installed anywhere, and it refuses to run those that are not
 * chosen at the moment. So a script is asked once which program stands behind it, and where it will not say, the
 * version manager's own folders are looked into.
 */
import { execFile } from 'node:child_process';
import { access, constants, open, readdir } from 'node:fs/promises';
import { basename, delimiter, dirname, join } from 'node:path';
import type { PythonHere } from './runtimes.ts';

const ASK_TIMEOUT_MS = 10_000;

export class Interpreters {
  readonly #folders: string[];
  readonly #found = new Map<string, Promise<PythonHere>>();

  /** `path` is a PATH: folders to look in, the first one first. */
  constructor(path: string = process.env['PATH'] ?? '') {
    this.#folders = path.split(delimiter).filter((folder) => folder !== '');
  }

  /** What a runtime of Python runs on; nothing for the others. */
  async of(runtime: string): Promise<PythonHere> {
    if (!runtime.startsWith('python')) return {};
    const found = this.#found.get(runtime) ?? this.#look(runtime);
    this.#found.set(runtime, found);
    const here = await found;
    // One that was not there may be installed by the time of the next call.
    if (here.program === undefined) this.#found.delete(runtime);
    return here;
  }

  /** Any Python is better than none; the version asked for is better than any. */
  async #look(runtime: string): Promise<PythonHere> {
    const program = (await this.#program(runtime)) ?? (await this.#program('python3'));
    const boto3Folder = await this.#boto3Folder();
    return {
      ...(program === undefined ? {} : { program }),
      ...(boto3Folder === undefined ? {} : { boto3Folder }),
    };
  }

  async #program(name: string): Promise<string | undefined> {
    const present: string[] = [];
    for (const folder of this.#folders) {
      const path = join(folder, name);
      if (await isExecutable(path)) present.push(path);
    }
    for (const path of present) {
      const program = (await isScript(path)) ? await programBehind(path) : path;
      if (program !== undefined) return program;
    }
    for (const path of present) {
      for (const installed of await managed(dirname(path))) {
        const program = join(installed, 'bin', name);
        if (await isExecutable(program)) return program;
      }
    }
    return undefined;
  }

  async #boto3Folder(): Promise<string | undefined> {
    for (const folder of this.#folders) {
      for (const prefix of [dirname(folder), ...(await managed(folder))]) {
        for (const library of await names(join(prefix, 'lib'), /^python3(?:\.\d+)?$/)) {
          for (const kind of ['site-packages', 'dist-packages']) {
            const modules = join(prefix, 'lib', library, kind);
            if (await exists(join(modules, 'boto3', '__init__.py'))) return modules;
          }
        }
      }
    }
    return undefined;
  }
}

const isExecutable = (path: string): Promise<boolean> => exists(path, constants.X_OK);

const exists = (path: string, mode: number = constants.R_OK): Promise<boolean> =>
  access(path, mode).then(
    () => true,
    () => false,
  );

/** Names in a folder, the latest version first. */
async function names(folder: string, pattern = /./): Promise<string[]> {
  const all = await readdir(folder).catch(() => []);
  return all.filter((name) => pattern.test(name)).sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));
}

async function isScript(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer.toString('latin1') === '#!';
  } finally {
    await file.close();
  }
}

/** What a script starts, as Python itself tells; `undefined` when it starts nothing. */
function programBehind(script: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(
      script,
      ['-c', 'import sys; print(sys.executable)'],
      { timeout: ASK_TIMEOUT_MS },
      (error, output) => resolve(error ? undefined : output.trim() || undefined),
    );
  });
}

/** `<root>/shims` of pyenv stands for the folders in `<root>/versions`, of asdf for those in `installs/python`. */
async function managed(folder: string): Promise<string[]> {
  if (basename(folder) !== 'shims') return [];
  const root = dirname(folder);
  const installed: string[] = [];
  for (const versions of [join(root, 'versions'), join(root, 'installs', 'python')]) {
    for (const version of await names(versions)) installed.push(join(versions, version));
  }
  return installed;
}
