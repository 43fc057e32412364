import { realpathSync, statSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { ExitCode, HarnessError } from '../core/errors.ts';

/**
 * The path of a file that a scenario may send away: it lies in the scenario's folder or below it, links followed.
 * @throws HarnessError `file-outside`, `file-missing` (exit code 2)
 */
export function fileOfScenario(folder: string, file: string): string {
  const refuse = (code: string, message: string, remedy: string) =>
    new HarnessError(code, message, { exitCode: ExitCode.inputWrong, remedy });
  const outside = () =>
    refuse(
      'file-outside',
      `the file ${file} lies outside the scenario's folder`,
      'Only files in that folder, or below it, are put.',
    );
  const path = resolve(folder, file);
  if (!isWithin(resolve(folder), path)) throw outside();
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) {
    throw refuse('file-missing', `the file ${file} does not exist`, 'It is relative to the scenario.');
  }
  if (!isWithin(realpathSync(folder), realpathSync(path))) throw outside();
  return path;
}

function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
