/** Alarms of one account and region, what happened to them, and dashboards: in memory and in the service's journal. */
import type { ServiceState } from '../../../state/service-state.ts';
import { Tables } from '../../../state/tables.ts';
import { TrackedMaps } from '../../../state/tracked-maps.ts';
import { noSuchAlarm } from '../errors.ts';
import type { Alarm, AlarmHistoryItem } from './alarm.ts';

/** AWS keeps history for 30 days; here the last of it. */
const MAX_HISTORY = 10_000;

export interface Dashboard {
  name: string;
  /** JSON text. */
  body: string;
  modifiedMs: number;
  tags: { [key: string]: string };
}

export class AlarmStore {
  readonly #state: ServiceState;
  readonly #maps: TrackedMaps;
  readonly alarms = new Map<string, Alarm>();
  readonly dashboards = new Map<string, Dashboard>();
  /** By number, oldest first. */
  readonly #history = new Map<string, AlarmHistoryItem>();
  #nextNumber = 0;

  constructor(state: ServiceState) {
    this.#state = state;
    this.#maps = new TrackedMaps(new Tables(state), {
      alarms: this.alarms,
      history: this.#history,
      dashboards: this.dashboards,
    });
    for (const number of this.#history.keys()) this.#nextNumber = Number(number) + 1;
  }

  /** Oldest first, each with a number that stays its own. */
  get history(): [number, AlarmHistoryItem][] {
    return [...this.#history].map(([number, item]) => [Number(number), item]);
  }

  /** @throws AwsError ResourceNotFound */
  alarm(name: string): Alarm {
    const alarm = this.alarms.get(name);
    if (!alarm) throw noSuchAlarm();
    return alarm;
  }

  remember(item: AlarmHistoryItem): void {
    this.#history.set(String(this.#nextNumber++), item);
    if (this.#history.size <= MAX_HISTORY) return;
    for (const number of this.#history.keys()) {
      if (this.#history.size <= MAX_HISTORY / 2) return;
      this.#history.delete(number);
    }
  }

  save(): void {
    this.#maps.save();
  }

  /** Saves what no client waits for: where the disk refuses it, nothing has changed, and the operator is told. */
  saveIfPossible(): void {
    try {
      this.#maps.save();
    } catch (error) {
      if (!this.#state.reportFailure(error)) throw error;
    }
  }
}
