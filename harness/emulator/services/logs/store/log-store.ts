/**
 * All log groups of one account and region. A group is a folder (named by the hash of its name, which may hold
 * slashes) with `group.json` and `events.jsonl`.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isJsonObject } from '../../../../core/json.ts';
import { groupExists, noSuchGroup } from '../errors.ts';
import { type GroupSettings, LogGroup } from './log-group.ts';

export class LogStore {
  readonly #root: string;
  readonly #groups = new Map<string, LogGroup>();

  constructor(stateDir: string, log: (line: string) => void) {
    this.#root = join(stateDir, 'groups');
    mkdirSync(this.#root, { recursive: true });
    for (const name of readdirSync(this.#root)) {
      const folder = join(this.#root, name);
      const settings = readSettings(join(folder, 'group.json'));
      if (settings) this.#groups.set(settings.logGroupName, new LogGroup(folder, settings, false));
      else log(`logs: ${join(folder, 'group.json')} is damaged; the log group is left out.`);
    }
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
    const folder = this.#folderOf(settings.logGroupName);
    mkdirSync(folder, { recursive: true });
    const group = new LogGroup(folder, settings, true);
    this.#groups.set(settings.logGroupName, group);
    this.save(group);
    return group;
  }

  /** Writes changed settings of a group. */
  save(group: LogGroup): void {
    const path = join(this.#folderOf(group.settings.logGroupName), 'group.json');
    writeFileSync(`${path}.tmp`, JSON.stringify(group.settings));
    renameSync(`${path}.tmp`, path);
  }

  delete(name: string): void {
    this.group(name).remove();
    this.#groups.delete(name);
  }

  close(): void {
    for (const group of this.#groups.values()) group.close();
  }

  #folderOf(groupName: string): string {
    return join(this.#root, createHash('sha256').update(groupName).digest('hex').slice(0, 40));
  }
}

function readSettings(path: string): GroupSettings | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (!isJsonObject(value) || typeof value['logGroupName'] !== 'string') return undefined;
    return { creationTimeMs: 0, tags: {}, ...value } as unknown as GroupSettings;
  } catch {
    return undefined;
  }
}
