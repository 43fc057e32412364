/**
 * What is about to be made in an account, written down before it is made: one file per deployment, gone once
 * everything is removed again. So a crash leaves a note, whenever it comes.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ExitCode, HarnessError } from '../../core/errors.ts';
import type { DeploymentPlan } from '../../deploy/resource.ts';

export interface JournalEntry {
  version: 1;
  /** `HOST/PID` of the process that deployed. */
  owner: string;
  region: string;
  profile?: string;
  prefix: string;
  account: DeploymentPlan['account'];
  tags: DeploymentPlan['tags'];
  stateMachineArn: string;
  /** In the order in which they are made; only what removing needs. */
  phases: DeploymentPlan['phases'];
}

/** Writes the entry whole or not at all; answers its file. */
export function writeEntry(
  folder: string,
  plan: DeploymentPlan,
  by: Pick<JournalEntry, 'owner' | 'region' | 'profile'>,
): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { prefix, account, tags, stateMachineArn } = plan;
  const phases = plan.phases.map((phase) => phase.map(nameOnly));
  const entry = { version: 1, ...by, prefix, account, tags, stateMachineArn, phases };
  const file = join(folder, `${prefix}.json`);
  writeFileSync(`${file}.tmp`, `${JSON.stringify(entry, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.tmp`, file);
  return file;
}

/** The names of a resource, without code, policies and definitions. */
function nameOnly(resource: DeploymentPlan['phases'][number][number]) {
  const { kind, name, arn, bucket, key } = resource as unknown as Record<string, string | undefined>;
  return Object.fromEntries(
    Object.entries({ kind, name, arn, bucket, key }).filter(([, value]) => value !== undefined),
  );
}

/** The deployments noted in a folder, with their files. */
export function readEntries(folder: string): { file: string; entry: JournalEntry }[] {
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  } catch {
    return [];
  }
  return names.sort().map((name) => {
    const file = join(folder, name);
    try {
      return { file, entry: JSON.parse(readFileSync(file, 'utf8')) as JournalEntry };
    } catch (error) {
      throw new HarnessError('journal-unreadable', `The note of a deployment, ${file}, cannot be read.`, {
        exitCode: ExitCode.environmentFailed,
        remedy: `Remove what is tagged cosmicai:deployment=${name.replace(/\.json$/, '')} by hand, then the file.`,
        cause: error,
      });
    }
  });
}

export function removeEntry(file: string): void {
  rmSync(file, { force: true });
}
