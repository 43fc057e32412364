/** Finds the folders of saved runs as people name them: a path, a run's id, the beginning of it, or `last`. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ExitCode, HarnessError } from '../core/errors.ts';
import { nearestName } from '../core/nearest-name.ts';
import { Suite } from '../scenario/suite.ts';
import { openWorkspace } from '../scenario/workspace.ts';

/** As `findRunFolder`, but `last` stands for all runs of the last call of `cosmicai run`. */
export function findRunFolders(name: string): string[] {
  const { runs, suites } = openWorkspace();
  if (name !== 'last' || existsSync(join(name, 'record.json'))) return [findRunFolder(name)];
  const folders = (Suite.latest(suites)?.finished() ?? [])
    .map(({ runId }) => join(runs, runId))
    .filter((folder) => existsSync(join(folder, 'record.json')));
  return folders.length > 0 ? folders : [findRunFolder(name)];
}

/** One run; `last` is the newest. @throws HarnessError `run-not-found` (exit code 2) */
export function findRunFolder(name: string): string {
  const { runs } = openWorkspace();
  const ids = existsSync(runs)
    ? readdirSync(runs).filter((id) => existsSync(join(runs, id, 'record.json')))
    : [];
  const newestFirst = ids
    .map((id) => ({ id, atMs: statSync(join(runs, id, 'record.json')).mtimeMs }))
    .sort((a, b) => b.atMs - a.atMs)
    .map(({ id }) => id);
  if (name === 'last' && newestFirst[0] !== undefined) return join(runs, newestFirst[0]);
  if (existsSync(join(name, 'record.json'))) return name;
  const found = newestFirst.find((id) => id === name) ?? newestFirst.find((id) => id.startsWith(name));
  if (found !== undefined) return join(runs, found);
  const near = nearestName(name, newestFirst);
  throw new HarnessError('run-not-found', `There is no run ${name}.`, {
    exitCode: ExitCode.inputWrong,
    remedy:
      newestFirst.length === 0
        ? `${runs} holds no run that came to a verdict; start one with "cosmicai run".`
        : `Did you mean ${near ?? newestFirst[0]}? "last" is the latest run; ${runs} holds all.`,
  });
}
