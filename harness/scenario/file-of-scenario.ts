import { realpathSync, statSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { ExitCode, HarnessError } from '../core/errors.ts';

/**
 * The path of a file that a scenario may send away: relative to the scenario, and in its project's folder or below it,
 * links followed. A scenario outside of its project may send what lies beside it.
 * @throws HarnessError `file-outside`, `file-missing` (exit code 2)
 */
export function fileOfScenario(folder: string, project: string, file: string): string {
  const root = isWithin(resolve(project), resolve(folder)) ? project : folder;
  const refuse = (code: string, message: string, remedy: string) =>
    new HarnessError(code, message, { exitCode: ExitCode.inputWrong, remedy });
  const outside = () =>
    refuse(
      'file-outside',
      `the file ${file} lies outside the project's folder`,
      'Only files in that folder, or below it, are put.',
    );
  const path = resolve(folder, file);
  if (!isWithin(resolve(root), path)) throw outside();
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) {
    throw refuse('file-missing', `the file ${file} does not exist`, 'It is relative to the scenario.');
  }
  if (!isWithin(realpathSync(root), realpathSync(path))) throw outside();
  return path;
}

function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
