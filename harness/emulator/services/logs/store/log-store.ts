/**
 * All log groups of one account and region: their settings in the service's journal, the events of each in a journal of
 * its own, in a folder named by the hash of the group's name (which may hold slashes).
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { EntityTable } from '../../../state/entity-table.ts';
import type { ServiceState } from '../../../state/service-state.ts';
import type { Tables } from '../../../state/tables.ts';
import { groupExists, noSuchGroup } from '../errors.ts';
import { type GroupSettings, LogGroup } from './log-group.ts';

export class LogStore {
  readonly #state: ServiceState;
  readonly #settings: EntityTable<GroupSettings>;
  readonly #groups = new Map<string, LogGroup>();

  constructor(state: ServiceState, tables: Tables) {
    this.#state = state;
    this.#settings = new EntityTable(tables, 'groups');
    for (const settings of this.#settings.values())
      this.#groups.set(settings.logGroupName, this.#open(settings));
  }

  get groups(): ReadonlyMap<string, LogGroup> {
    return this.#groups;
  }

  /** @throws AwsError ResourceNotFoundException */
  group(name: string): LogGroup {
    const group = this.#groups.get(name);
    if (!group) throw noSuchGroup();
    return group;
  }

  /** @throws AwsError ResourceAlreadyExistsException */
  create(settings: GroupSettings): LogGroup {
    if (this.#groups.has(settings.logGroupName)) throw groupExists();
    const folder = join(this.#state.folder, folderOf(settings.logGroupName));
    // Left by a deletion that was cut short; or by a group whose record is damaged, whose events are kept.
    if (existsSync(folder)) {
      if (this.#state.hasDamage) renameSync(folder, `${folder}.${settings.creationTimeMs}.kept`);
      else rmSync(folder, { recursive: true, force: true });
    }
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#settings.save(settings.logGroupName, settings);
    const group = this.#open(settings);
    this.#groups.set(settings.logGroupName, group);
    return group;
  }

  /** Writes changed settings of a group. */
  save(group: LogGroup): void {
    this.#settings.save(group.settings.logGroupName, group.settings);
  }

  delete(name: string): void {
    const group = this.group(name);
    this.#settings.delete(name);
    this.#groups.delete(name);
    group.close();
    rmSync(join(this.#state.folder, folderOf(name)), { recursive: true, force: true });
  }

  #open(settings: GroupSettings): LogGroup {
    return new LogGroup(this.#state, join(folderOf(settings.logGroupName), 'events'), settings);
  }
}

const folderOf = (groupName: string): string =>
  join('groups', createHash('sha256').update(groupName).digest('hex').slice(0, 40));
