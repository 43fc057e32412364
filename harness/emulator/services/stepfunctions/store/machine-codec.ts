import { compile } from '../../../../asl/compile.ts';
import type { EntityCodec } from '../../../state/entity-table.ts';
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

/** State machines as they lie in the service's journal. */
export const machineCodec: EntityCodec<StateMachine> = {
  save: dump,
  restore: (saved) => restore(saved as SavedMachine),
};

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
