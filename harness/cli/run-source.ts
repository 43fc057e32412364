/** Which sources a run was made from, kept in its folder: evidence written later must not take those of the day. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ExitCode, HarnessError } from '../core/errors.ts';
import { type SourceState, sourceSchema } from '../promotion/evidence/statement.ts';

const FILE = 'source.json';

export function saveSource(runFolder: string, source: SourceState): void {
  writeFileSync(join(runFolder, FILE), `${JSON.stringify(source, null, 2)}\n`);
}

/** @throws HarnessError `source-unknown` */
export function readSource(runFolder: string): SourceState {
  try {
    return sourceSchema.parse(JSON.parse(readFileSync(join(runFolder, FILE), 'utf8')));
  } catch (error) {
    throw new HarnessError('source-unknown', `${runFolder} does not say which commit was run`, {
      exitCode: ExitCode.inputWrong,
      remedy: 'run the scenario again',
      cause: error,
    });
  }
}
