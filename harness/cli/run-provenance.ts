/**
 * What a run was made from, kept in its folder with digests of its results: evidence that is written later is about
 * the run as it was, not about the sources and files of that day.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ExitCode, HarnessError } from '../core/errors.ts';
import { type Provenance, provenanceSchema } from '../promotion/evidence/statement.ts';

const FILE = 'provenance.json';
/** Results that evidence is drawn from. */
const RESULTS = ['record.json', 'verdicts.json', 'outcome.json'];

const savedSchema = z.object({
  provenance: provenanceSchema,
  /** SHA-256 of each, hexadecimal. */
  results: z.record(z.string(), z.string()),
});

/** To be called when all results of the run are written. */
export function saveProvenance(runFolder: string, provenance: Provenance): void {
  const saved = { provenance, results: digestsOf(runFolder) };
  writeFileSync(join(runFolder, FILE), `${JSON.stringify(saved, null, 2)}\n`);
}

/** @throws HarnessError `source-unknown`, `run-changed` */
export function readProvenance(runFolder: string): Provenance {
  let saved: z.output<typeof savedSchema>;
  try {
    saved = savedSchema.parse(JSON.parse(readFileSync(join(runFolder, FILE), 'utf8')));
  } catch (error) {
    throw new HarnessError('source-unknown', `${runFolder} does not say what was run`, {
      exitCode: ExitCode.inputWrong,
      remedy: 'run the scenario again',
      cause: error,
    });
  }
  const now = digestsOf(runFolder);
  const changed = RESULTS.find((name) => saved.results[name] !== now[name]);
  if (changed === undefined) return saved.provenance;
  throw new HarnessError('run-changed', `${join(runFolder, changed)} has been changed since the run`, {
    exitCode: ExitCode.inputWrong,
    remedy: 'run the scenario again',
  });
}

function digestsOf(runFolder: string): Record<string, string> {
  return Object.fromEntries(
    RESULTS.filter((name) => existsSync(join(runFolder, name))).map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(runFolder, name)))
        .digest('hex'),
    ]),
  );
}
