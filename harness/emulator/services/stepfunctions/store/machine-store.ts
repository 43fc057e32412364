/**
 * State machines with their revisions, versions and aliases, in memory and in the service's journal. Knows nothing of
 * executions.
 */
import type { Random } from '../../../../core/random.ts';
import { EntityTable } from '../../../state/entity-table.ts';
import type { Tables } from '../../../state/tables.ts';
import { isVersion, parseMachineArn } from '../arn.ts';
import { resourceNotFound, stateMachineDoesNotExist } from '../errors.ts';
import type { MachineRevision, StateMachine } from './machine.ts';
import { machineCodec } from './machine-codec.ts';

/** What a StartExecution runs. */
export interface Target {
  machine: StateMachine;
  revision: MachineRevision;
  /** Set when the execution was started through a version or an alias. */
  versionArn?: string;
  aliasArn?: string;
}

export class MachineStore {
  /** By ARN, in order of creation. */
  readonly #machines: EntityTable<StateMachine>;

  /** `warn` is told of machines that this release cannot use. */
  constructor(tables: Tables, warn: (line: string) => void) {
    this.#machines = new EntityTable(tables, 'machines', {
      codec: machineCodec,
      onBroken: (arn, error) =>
        warn(`stepfunctions: the state machine ${arn} cannot be used and is left out: ${String(error)}.`),
    });
  }

  find(machineArn: string): StateMachine | undefined {
    return this.#machines.get(machineArn);
  }

  /** The machine of an unqualified ARN; throws InvalidArn or StateMachineDoesNotExist. */
  get(arn: string): StateMachine {
    const { qualifier } = parseMachineArn(arn);
    const machine = qualifier === undefined ? this.#machines.get(arn) : undefined;
    if (!machine) throw stateMachineDoesNotExist(arn);
    return machine;
  }

  /** Adds or writes a machine. */
  save(machine: StateMachine): void {
    this.#machines.save(machine.arn, machine);
  }

  remove(machine: StateMachine): void {
    this.#machines.delete(machine.arn);
  }

  all(): Iterable<StateMachine> {
    return this.#machines.values();
  }

  /**
   * What `arn` means when something is to be run: the machine, one of its versions, or the version an alias
   * routes to, drawn by weight.
   */
  resolve(arn: string, random: Random): Target {
    const { machineArn, qualifier } = parseMachineArn(arn);
    const machine = this.#machines.get(machineArn);
    if (!machine) throw stateMachineDoesNotExist(arn);
    if (qualifier === undefined) return { machine, revision: machine.current };
    if (isVersion(qualifier)) {
      const version = machine.versions.get(Number(qualifier));
      if (!version) throw stateMachineDoesNotExist(arn);
      return { machine, revision: version.revision, versionArn: arn };
    }
    const alias = machine.aliases.get(qualifier);
    if (!alias) throw stateMachineDoesNotExist(arn);
    let drawn = random.next() * 100;
    const chosen =
      alias.routing.find(({ weight }) => {
        drawn -= weight;
        return drawn < 0;
      }) ?? alias.routing.at(-1);
    const version = chosen && machine.versions.get(versionNumber(chosen.stateMachineVersionArn));
    if (!chosen || !version) throw resourceNotFound();
    return {
      machine,
      revision: version.revision,
      versionArn: chosen.stateMachineVersionArn,
      aliasArn: arn,
    };
  }
}

/** The number at the end of a version's ARN; NaN when there is none. */
function versionNumber(versionArn: string): number {
  const qualifier = versionArn.split(':')[7];
  return qualifier !== undefined && isVersion(qualifier) ? Number(qualifier) : Number.NaN;
}
