/**
 * Entities of one service by table and key, in one journal: a record is a list of changes that are in force together.
 * Values are plain JSON; owners keep the live objects.
 */
import type { Journal } from './journal.ts';
import type { ServiceState } from './service-state.ts';

/** One entity that is set, or removed (without `value`). */
export interface Change {
  table: string;
  key: string;
  value?: unknown;
}

/** A change as it lies in the journal. */
interface SavedChange {
  t: string;
  k: string;
  v?: unknown;
}

/** Rewriting is worth it when this many records are dead, and they are the most of all. */
const COMPACT_DEAD_RECORDS = 5_000;

export class Tables {
  readonly #journal: Journal;
  readonly #state: ServiceState;
  /** What the journal held when it was opened, until the owner takes it. */
  readonly #loaded = new Map<string, Map<string, unknown>>();
  /** Keys alive, by table. */
  readonly #keys = new Map<string, Set<string>>();

  constructor(state: ServiceState, file = 'journal') {
    this.#state = state;
    this.#journal = state.openJournal<SavedChange[]>(file, (changes) => apply(this.#loaded, changes));
    for (const [table, values] of this.#loaded) this.#keys.set(table, new Set(values.keys()));
  }

  /** What a table held when it was opened, in the order of the first writes. To be called once. */
  take<T>(table: string): Map<string, T> {
    const values = this.#loaded.get(table) ?? new Map();
    this.#loaded.delete(table);
    return values as Map<string, T>;
  }

  /** Writes changes, all or none. @throws the file system's error; nothing is changed then */
  commit(changes: readonly Change[]): void {
    if (changes.length === 0) return;
    this.#journal.write([
      changes.map(({ table, key, value }): SavedChange => ({ t: table, k: key, v: value })),
    ]);
    for (const { table, key, value } of changes) {
      const keys = this.#keys.get(table) ?? new Set();
      this.#keys.set(table, keys);
      if (value === undefined) keys.delete(key);
      else keys.add(key);
    }
    this.#compactIfWorthIt();
  }

  /** Everything durable, by table and key. */
  #replay(): Map<string, Map<string, unknown>> {
    const tables = new Map<string, Map<string, unknown>>();
    this.#journal.replay<SavedChange[]>((changes) => apply(tables, changes));
    return tables;
  }

  #compactIfWorthIt(): void {
    let live = 0;
    for (const keys of this.#keys.values()) live += keys.size;
    const dead = this.#journal.records - live;
    if (dead < COMPACT_DEAD_RECORDS || dead < live || this.#journal.compacting) return;
    // Failing leaves the journal as it was, longer than needed: the next change tries again.
    this.#journal
      .compact(
        async function* (this: Tables) {
          for (const [table, values] of this.#replay())
            yield [...values].map(([k, v]): SavedChange[] => [{ t: table, k, v }]);
        }.bind(this),
      )
      .catch((error) => this.#state.reportFailure(error));
  }
}

function apply(tables: Map<string, Map<string, unknown>>, changes: readonly SavedChange[]): void {
  for (const { t, k, v } of changes) {
    const values = tables.get(t) ?? new Map<string, unknown>();
    tables.set(t, values);
    if (v === undefined) values.delete(k);
    else values.set(k, v);
  }
}
