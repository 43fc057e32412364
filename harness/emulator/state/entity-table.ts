/**
 * One table of entities that are changed in place and then saved one by one. A change that cannot be written is undone
 * in the entity itself, which others may hold.
 */
import type { Tables } from './tables.ts';

/** How an entity lies in the journal, where it is not plain JSON. */
export interface EntityCodec<T> {
  save(entity: T): unknown;
  /** @throws Error when this release cannot use it */
  restore(saved: unknown): T;
}

const PLAIN: EntityCodec<never> = { save: (entity) => entity, restore: (saved) => saved as never };

export class EntityTable<T extends object> {
  readonly #tables: Tables;
  readonly #table: string;
  readonly #codec: EntityCodec<T>;
  readonly #entities = new Map<string, T>();
  /** JSON of every entity as it was saved. */
  readonly #saved = new Map<string, string>();

  /** `onBroken` is told of entities that this release cannot use; they stay in the journal. */
  constructor(
    tables: Tables,
    table: string,
    options: { codec?: EntityCodec<T>; onBroken?(key: string, error: unknown): void } = {},
  ) {
    this.#tables = tables;
    this.#table = table;
    this.#codec = options.codec ?? PLAIN;
    for (const [key, saved] of tables.take<unknown>(table)) {
      try {
        this.#entities.set(key, this.#codec.restore(saved));
        this.#saved.set(key, JSON.stringify(saved));
      } catch (error) {
        options.onBroken?.(key, error);
      }
    }
  }

  get size(): number {
    return this.#entities.size;
  }

  /** In the order of the first saves. */
  values(): IterableIterator<T> {
    return this.#entities.values();
  }

  get(key: string): T | undefined {
    return this.#entities.get(key);
  }

  /** Adds or writes an entity. @throws the file system's error, after the entity is again as it was */
  save(key: string, entity: T): void {
    const value = this.#codec.save(entity);
    try {
      this.#tables.commit([{ table: this.#table, key, value }]);
    } catch (error) {
      this.#undo(key);
      throw error;
    }
    this.#entities.set(key, entity);
    this.#saved.set(key, JSON.stringify(value));
  }

  /** @throws the file system's error; the entity stays then */
  delete(key: string): void {
    if (!this.#entities.has(key)) return;
    this.#tables.commit([{ table: this.#table, key }]);
    this.#entities.delete(key);
    this.#saved.delete(key);
  }

  #undo(key: string): void {
    const entity = this.#entities.get(key);
    const saved = this.#saved.get(key);
    if (!entity || saved === undefined) return;
    const before = this.#codec.restore(JSON.parse(saved));
    for (const member of Object.keys(entity)) delete (entity as Record<string, unknown>)[member];
    Object.assign(entity, before);
  }
}
