/** Finds the folders of saved runs as people name them: a path, a run's id, its beginning, or `last`. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ExitCode, HarnessError } from '../core/errors.ts';
import { nearestName } from '../core/nearest-name.ts';
import { openWorkspace } from '../scenario/workspace.ts';

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
