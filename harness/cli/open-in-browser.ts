import { spawn } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { ExitCode, HarnessError } from '../core/errors.ts';

/** The program of each platform that opens a file with what the user chose for its kind. */
const OPENERS: { readonly [platform: string]: readonly [program: string, ...args: string[]] } = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
};

/** Opens a file in the user's browser. @throws HarnessError `no-browser` (exit code 3) */
export async function openInBrowser(file: string): Promise<void> {
  const [program, ...args] = OPENERS[process.platform] ?? ['xdg-open'];
  const child = spawn(program, [...args, pathToFileURL(file).href], { stdio: 'ignore' });
  const code = await new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(null));
    child.once('exit', resolve);
  });
  if (code === 0) return;
  throw new HarnessError('no-browser', `The report ${file} cannot be opened: "${program}" failed.`, {
    exitCode: ExitCode.environmentFailed,
    remedy: 'Open the file in a browser by hand.',
  });
}
