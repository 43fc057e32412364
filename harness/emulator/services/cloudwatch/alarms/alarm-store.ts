/** All alarms of one account and region and what happened to them, in memory and in `alarms.json` (by rename). */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isJsonObject } from '../../../../core/json.ts';
import { noSuchAlarm } from '../errors.ts';
import type { Alarm, AlarmHistoryItem } from './alarm.ts';

/** AWS keeps history for 30 days; here the last of it. */
const MAX_HISTORY = 10_000;

export class AlarmStore {
  readonly #path: string;
  readonly alarms = new Map<string, Alarm>();
  #history: AlarmHistoryItem[] = [];
  /** Items that were dropped in this process. */
  #dropped = 0;

  constructor(stateDir: string, log: (line: string) => void) {
    this.#path = join(stateDir, 'alarms.json');
    try {
      const saved: unknown = JSON.parse(readFileSync(this.#path, 'utf8'));
      if (!isJsonObject(saved)) throw new Error('not a JSON object');
      const { alarms, history } = saved as unknown as { alarms: Alarm[]; history: AlarmHistoryItem[] };
      for (const alarm of alarms) this.alarms.set(alarm.name, alarm);
      this.#history = history;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      log(`cloudwatch: ${this.#path} is damaged and is left aside (${(error as Error).message}).`);
      renameSync(this.#path, `${this.#path}.damaged`);
    }
  }

  /** Oldest first, each with a number that stays its own. */
  get history(): [number, AlarmHistoryItem][] {
    return this.#history.map((item, i) => [this.#dropped + i, item]);
  }

  /** @throws AwsError ResourceNotFound */
  alarm(name: string): Alarm {
    const alarm = this.alarms.get(name);
    if (!alarm) throw noSuchAlarm();
    return alarm;
  }

  remember(item: AlarmHistoryItem): void {
    this.#history.push(item);
    if (this.#history.length <= MAX_HISTORY) return;
    this.#dropped += this.#history.length - MAX_HISTORY / 2;
    this.#history = this.#history.slice(-MAX_HISTORY / 2);
  }

  save(): void {
    const text = JSON.stringify({ alarms: [...this.alarms.values()], history: this.#history });
    writeFileSync(`${this.#path}.tmp`, text, { mode: 0o600 });
    renameSync(`${this.#path}.tmp`, this.#path);
  }
}
