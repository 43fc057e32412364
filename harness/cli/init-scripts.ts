/** `--init`: scripts that set up a local AWS, run one after another before `up` says that it is ready. */
import { spawn } from 'node:child_process';
import { accessSync, constants, readdirSync, statSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { ExitCode, HarnessError } from '../core/errors.ts';
import type { InitScript } from '../emulator/internal-pages.ts';

/** What runs a script that is not executable itself. */
const INTERPRETERS: { readonly [extension: string]: string } = {
  '.sh': 'sh',
  '.py': 'python3',
  '.js': process.execPath,
  '.cjs': process.execPath,
  '.mjs': process.execPath,
};

/**
 * The scripts of a folder in the order of their names: executable files, and files with a known extension.
 * @throws HarnessError `init-scripts` (exit code 2) for a folder that cannot be read
 */
export function findInitScripts(folder: string): InitScript[] {
  try {
    return readdirSync(folder)
      .filter((name) => statSync(resolve(folder, name)).isFile() && commandOf(folder, name) !== undefined)
      .sort()
      .map((name) => ({ stage: 'READY', name, state: 'UNKNOWN' }));
  } catch (error) {
    throw new HarnessError(
      'init-scripts',
      `The folder ${folder} cannot be read: ${(error as Error).message}.`,
      {
        exitCode: ExitCode.inputWrong,
        remedy: 'Name a folder with scripts (.sh, .py, .js or executable) with --init.',
        cause: error,
      },
    );
  }
}

function commandOf(folder: string, name: string): [string, string[]] | undefined {
  const path = resolve(folder, name);
  try {
    accessSync(path, constants.X_OK);
    return [path, []];
  } catch {
    const interpreter = INTERPRETERS[extname(name)];
    return interpreter === undefined ? undefined : [interpreter, [path]];
  }
}

/**
 * Runs scripts with the endpoint and credentials in their environment; what they print goes to the error stream.
 * @param scripts their states change as they run
 * @throws HarnessError `init-script-failed` (exit code 3) at the first that fails
 */
export async function runInitScripts(
  folder: string,
  scripts: readonly InitScript[],
  { environment, abort }: { environment: { readonly [name: string]: string }; abort: AbortSignal },
): Promise<void> {
  for (const script of scripts) {
    script.state = 'RUNNING';
    const [command, parameters] = commandOf(folder, script.name)!;
    const outcome = await new Promise<string | undefined>((done) => {
      const child = spawn(command, parameters, {
        cwd: folder,
        env: { ...process.env, ...environment },
        stdio: ['ignore', 2, 2],
        signal: abort,
      });
      child.once('error', (error) => done(error.message));
      child.once('exit', (code, signal) => done(code === 0 ? undefined : `it ended with ${signal ?? code}`));
    });
    if (abort.aborted) return;
    script.state = outcome === undefined ? 'SUCCESSFUL' : 'ERROR';
    if (outcome === undefined) continue;
    throw new HarnessError(
      'init-script-failed',
      `The script ${script.name} of ${folder} failed: ${outcome}.`,
      {
        exitCode: ExitCode.environmentFailed,
        remedy: 'Its own messages stand above.',
      },
    );
  }
}
