/** From what stands on the command line to scenario files: a folder stands for the scenarios in it. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ExitCode, HarnessError } from '../core/errors.ts';

const SCENARIO_FILE = /\.ya?ml$/;

/**
 * Scenario files in the order given, each once; those of a folder (and of folders in it) by name. A path that
 * does not exist is kept: whoever reads it says so.
 * @throws HarnessError `no-scenarios` (exit code 2) for a folder without any
 */
export function findScenarioFiles(paths: readonly string[]): string[] {
  const found = paths.flatMap((path) =>
    statSync(path, { throwIfNoEntry: false })?.isDirectory() ? filesIn(path) : [path],
  );
  return [...new Set(found)];
}

function filesIn(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => SCENARIO_FILE.test(name) && !name.split(/[\\/]/).some((part) => part.startsWith('.')))
    .sort()
    .map((name) => join(folder, name));
  if (files.length > 0) return files;
  throw new HarnessError('no-scenarios', `The folder ${folder} holds no scenario.`, {
    exitCode: ExitCode.inputWrong,
    location: { file: folder },
    remedy: 'Scenarios end in .yaml; "cosmicai init" writes a first one.',
  });
}
