/**
 * Entries in key order: sorted leaves of at most 512 in one array, so that insert and delete move little memory,
 * a seek is two binary searches, and a scan is linear. Half the memory of a map beside a sorted array.
 */

const LEAF_SIZE = 512;

export class SortedEntries<E extends { readonly key: string }> {
  #leaves: E[][] = [[]];
  #size = 0;
  /** Quick until the first key with a character beyond U+D7FF. */
  #compare = comparePlain;

  get size(): number {
    return this.#size;
  }

  find(key: string): E | undefined {
    return this.#locate(key).found;
  }

  /** Inserts, or replaces the entry of the same key. */
  set(entry: E): void {
    const { leafIndex, index, found } = this.#locate(entry.key);
    if (found) this.#leaves[leafIndex]![index] = entry;
    else this.#insert(leafIndex, index, entry);
  }

  /** The entry of `key`, or the one `make` gives, inserted: one search instead of two. */
  findOrInsert(key: string, make: () => E): E {
    const { leafIndex, index, found } = this.#locate(key);
    if (found) return found;
    const entry = make();
    this.#insert(leafIndex, index, entry);
    return entry;
  }

  #locate(key: string): { leafIndex: number; index: number; found: E | undefined } {
    // Keys mostly arrive in order, from snapshots and from writers who count.
    const lastLeaf = this.#leaves.at(-1)!;
    const last = lastLeaf.at(-1);
    if (last === undefined || this.#compare(last.key, key) < 0) {
      return { leafIndex: this.#leaves.length - 1, index: lastLeaf.length, found: undefined };
    }
    const leafIndex = this.#leafOf(key);
    const leaf = this.#leaves[leafIndex]!;
    const index = lowerBound(leaf, (other) => this.#compare(other.key, key) < 0);
    const entry = leaf[index];
    return { leafIndex, index, found: entry?.key === key ? entry : undefined };
  }

  #insert(leafIndex: number, index: number, entry: E): void {
    if (this.#compare === comparePlain && !isPlain(entry.key)) this.#compare = compareKeys;
    const leaf = this.#leaves[leafIndex]!;
    leaf.splice(index, 0, entry);
    this.#size++;
    if (leaf.length <= LEAF_SIZE) return;
    // Appending at the very end leaves full leaves behind instead of half-full ones.
    const keep = leafIndex === this.#leaves.length - 1 && index === LEAF_SIZE ? LEAF_SIZE : LEAF_SIZE / 2;
    this.#leaves.splice(leafIndex + 1, 0, leaf.splice(keep));
  }

  delete(key: string): boolean {
    const at = this.#leafOf(key);
    const leaf = this.#leaves[at]!;
    const index = lowerBound(leaf, (other) => this.#compare(other.key, key) < 0);
    if (leaf[index]?.key !== key) return false;
    leaf.splice(index, 1);
    this.#size--;
    if (leaf.length === 0 && this.#leaves.length > 1) this.#leaves.splice(at, 1);
    return true;
  }

  /**
   * A cursor at the first entry for which `isBefore` is false. `isBefore` must be true for a run of first keys
   * and false for all others. The cursor is valid until the next insert or delete.
   */
  seek(isBefore: (key: string) => boolean): Cursor<E> {
    const leaves = this.#leaves;
    let low = 0;
    let high = leaves.length - 1;
    // The first leaf whose last key is not before.
    while (low < high) {
      const middle = (low + high) >> 1;
      const last = leaves[middle]!.at(-1);
      if (last === undefined || isBefore(last.key)) low = middle + 1;
      else high = middle;
    }
    return new Cursor(
      leaves,
      low,
      lowerBound(leaves[low]!, (entry) => isBefore(entry.key)),
    );
  }

  *[Symbol.iterator](): IterableIterator<E> {
    for (const leaf of this.#leaves) yield* leaf;
  }

  /** Entries from `key` on, at most `count`: a slice that stays valid whatever happens to the index. */
  slice(after: string | undefined, count: number): E[] {
    const cursor = this.seek(after === undefined ? () => false : (key) => this.#compare(key, after) <= 0);
    const found: E[] = [];
    for (let entry = cursor.next(); entry && found.length < count; entry = cursor.next()) found.push(entry);
    return found;
  }

  /** Index of the last leaf whose first key is not after `key`. */
  #leafOf(key: string): number {
    const leaves = this.#leaves;
    let low = 0;
    let high = leaves.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#compare(leaves[middle]![0]!.key, key) <= 0) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** Walks the entries forward. */
export class Cursor<E> {
  readonly #leaves: E[][];
  #leaf: number;
  #index: number;

  constructor(leaves: E[][], leaf: number, index: number) {
    this.#leaves = leaves;
    this.#leaf = leaf;
    this.#index = index;
  }

  /** The next entry, or undefined at the end. */
  next(): E | undefined {
    for (;;) {
      const leaf = this.#leaves[this.#leaf];
      if (leaf === undefined) return undefined;
      if (this.#index < leaf.length) return leaf[this.#index++];
      this.#leaf++;
      this.#index = 0;
    }
  }
}

function lowerBound<E>(list: E[], isBefore: (entry: E) => boolean): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(list[middle]!)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Negative when `a` comes before `b`, 0 when equal. Both must be well-formed. */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** True when no character of `key` compares differently in UTF-16: then `<` does what `compareKeys` does. */
const isPlain = (key: string): boolean => !/[\ud800-\uffff]/.test(key);

/** As `compareKeys`, an order of magnitude quicker, for when at least one of the two is plain. */
const comparePlain = (a: string, b: string): number => (a < b ? -1 : a === b ? 0 : 1);
