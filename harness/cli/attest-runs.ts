import { writeFileSync } from 'node:fs';
import { ExitCode, HarnessError } from '../core/errors.ts';
import type { Statement } from '../promotion/evidence/statement.ts';
import { loadRun } from '../reports/saved-run.ts';
import { findRunFolders } from './run-folders.ts';
import { readProvenance } from './run-provenance.ts';
import { signingKey } from './signing-key.ts';
import { stateEvidence, writeStatement } from './state-evidence.ts';

export interface AttestRunsOptions {
  out?: string;
  key?: string;
  artifacts?: string;
  predicate?: string;
  checksums?: string;
}

/** Attests saved runs. */
export async function attestRuns(names: readonly string[], options: AttestRunsOptions): Promise<void> {
  const { out, predicate, checksums } = options;
  if (out === undefined && predicate === undefined && checksums === undefined) {
    throw new HarnessError('nothing-to-write', 'attest is to write nothing', {
      exitCode: ExitCode.inputWrong,
      remedy: 'name a file with --out, or --predicate and --checksums',
    });
  }
  const key = out === undefined ? undefined : signingKey(options.key);
  const runs = names
    .flatMap(findRunFolders)
    .map((folder) => ({ outcome: loadRun(folder), provenance: readProvenance(folder) }));
  const statement = await stateEvidence(runs, options.artifacts);
  if (predicate !== undefined) writeFileSync(predicate, `${JSON.stringify(statement.predicate, null, 2)}\n`);
  if (checksums !== undefined) writeFileSync(checksums, renderChecksums(statement));
  if (out === undefined || key === undefined) return;
  process.stdout.write(writeStatement(out, statement, key));
}

/** As `sha256sum` writes them. */
const renderChecksums = ({ subject }: Statement): string =>
  subject.map(({ name, digest }) => `${digest.sha256}  ${name}\n`).join('');
