/**
 * Maps of entities that their owner changes as it likes and then saves: what differs from the last save is written, all
 * or none. When it cannot be written the maps are as they were after the last save.
 */
import type { Change, Tables } from './tables.ts';

export class TrackedMaps {
  readonly #tables: Tables;
  readonly #maps: { readonly [table: string]: Map<string, unknown> };
  /** JSON of every entity as it was saved, by table and key. */
  readonly #saved = new Map<string, Map<string, string>>();

  /** Fills `maps`, by the names of their tables, with what is kept. */
  constructor(tables: Tables, maps: { readonly [table: string]: Map<string, unknown> }) {
    this.#tables = tables;
    this.#maps = maps;
    for (const [table, map] of Object.entries(this.#maps)) {
      const texts = new Map<string, string>();
      for (const [key, value] of tables.take(table)) {
        map.set(key, value);
        texts.set(key, JSON.stringify(value));
      }
      this.#saved.set(table, texts);
    }
  }

  /** @throws the file system's error, after the changes since the last save are undone */
  save(): void {
    const changes: Change[] = [];
    const texts: (string | undefined)[] = [];
    for (const [table, map] of Object.entries(this.#maps)) {
      const saved = this.#saved.get(table)!;
      for (const [key, value] of map) {
        const text = JSON.stringify(value);
        if (saved.get(key) === text) continue;
        changes.push({ table, key, value });
        texts.push(text);
      }
      for (const key of saved.keys()) {
        if (map.has(key)) continue;
        changes.push({ table, key });
        texts.push(undefined);
      }
    }
    try {
      this.#tables.commit(changes);
    } catch (error) {
      this.#undo();
      throw error;
    }
    for (const [i, { table, key }] of changes.entries()) {
      const text = texts[i];
      if (text === undefined) this.#saved.get(table)!.delete(key);
      else this.#saved.get(table)!.set(key, text);
    }
  }

  /** Entities are new objects where they were changed; the others stay. */
  #undo(): void {
    for (const [table, map] of Object.entries(this.#maps)) {
      const before = [...this.#saved.get(table)!].map(([key, text]): [string, unknown] => {
        const value = map.get(key);
        return [key, JSON.stringify(value) === text ? value : JSON.parse(text)];
      });
      map.clear();
      for (const [key, value] of before) map.set(key, value);
    }
  }
}
