/**
 * State machines on disk: one JSON file per machine, named by the hash of its name (names may hold any letter),
 * written beside and renamed, so that a crash leaves the old or the new one.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile } from '../../../../asl/compile.ts';
import type { MachineAlias, MachineRevision, StateMachine } from './machine.ts';

type SavedRevision = Omit<MachineRevision, 'program'>;

interface SavedMachine {
  format: 1;
  name: string;
  arn: string;
  type: StateMachine['type'];
  createdAtMs: number;
  nextVersion: number;
  /** Each revision once; versions and the machine point to them by index. */
  revisions: SavedRevision[];
  current: number;
  versions: { number: number; revision: number; description?: string; createdAtMs: number }[];
  aliases: MachineAlias[];
  tags: [key: string, value: string][];
}

export class MachineFiles {
  readonly #folder: string;
  readonly #log: (line: string) => void;

  constructor(stateDir: string, log: (line: string) => void) {
    this.#folder = join(stateDir, 'machines');
    this.#log = log;
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
  }

  /** All machines that can be read; a damaged file is reported and left alone. */
  load(): StateMachine[] {
    const machines: StateMachine[] = [];
    for (const file of readdirSync(this.#folder).sort()) {
      const path = join(this.#folder, file);
      if (!file.endsWith('.json')) {
        rmSync(path, { force: true });
        continue;
      }
      try {
        machines.push(restore(JSON.parse(readFileSync(path, 'utf8')) as SavedMachine));
      } catch (error) {
        this.#log(`The state machine in ${path} cannot be read and is left out: ${String(error)}`);
      }
    }
    return machines.sort((a, b) => a.createdAtMs - b.createdAtMs || (a.name < b.name ? -1 : 1));
  }

  save(machine: StateMachine): void {
    const path = this.#path(machine.name);
    writeFileSync(`${path}.new`, JSON.stringify(dump(machine)), { mode: 0o600 });
    renameSync(`${path}.new`, path);
  }

  remove(machine: StateMachine): void {
    rmSync(this.#path(machine.name), { force: true });
  }

  #path(name: string): string {
    return join(this.#folder, `${createHash('sha256').update(name).digest('hex')}.json`);
  }
}

function dump(machine: StateMachine): SavedMachine {
  const revisions: MachineRevision[] = [machine.current];
  const indexOf = (revision: MachineRevision) => {
    const index = revisions.indexOf(revision);
    return index >= 0 ? index : revisions.push(revision) - 1;
  };
  const versions = [...machine.versions.values()].map(({ revision, ...rest }) => ({
    ...rest,
    revision: indexOf(revision),
  }));
  return {
    format: 1,
    name: machine.name,
    arn: machine.arn,
    type: machine.type,
    createdAtMs: machine.createdAtMs,
    nextVersion: machine.nextVersion,
    revisions: revisions.map(({ program: _, ...saved }) => saved),
    current: 0,
    versions,
    aliases: [...machine.aliases.values()],
    tags: [...machine.tags],
  };
}

function restore(saved: SavedMachine): StateMachine {
  const revisions = saved.revisions.map((revision): MachineRevision => {
    const { program } = compile(revision.definition, { type: saved.type });
    if (!program) throw new Error(`the definition of ${saved.name} is refused by this release`);
    return { ...revision, program };
  });
  return {
    name: saved.name,
    arn: saved.arn,
    type: saved.type,
    createdAtMs: saved.createdAtMs,
    status: 'ACTIVE',
    current: revisions[saved.current]!,
    nextVersion: saved.nextVersion,
    versions: new Map(
      saved.versions.map((version) => [
        version.number,
        { ...version, revision: revisions[version.revision]! },
      ]),
    ),
    aliases: new Map(saved.aliases.map((alias) => [alias.name, alias])),
    tags: new Map(saved.tags),
  };
}
