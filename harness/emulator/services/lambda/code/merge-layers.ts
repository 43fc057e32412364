/** The `/opt` of a function: its layers laid over one another, later ones on top. */
import { createHash } from 'node:crypto';
import { cp, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CodeStore } from './code-store.ts';

export class LayerMerger {
  readonly #folder: string;
  readonly #code: CodeStore;
  /** Folders that this process has filled. */
  readonly #merged = new Set<string>();
  readonly #running = new Map<string, Promise<string>>();

  constructor(stateDir: string, code: CodeStore) {
    this.#folder = join(stateDir, 'opt');
    this.#code = code;
  }

  /** Folder with the merged layers of these packages; nothing without layers. */
  async merged(hashes: readonly string[]): Promise<string | undefined> {
    const [first] = hashes;
    if (first === undefined) return undefined;
    if (hashes.length === 1) return this.#code.unpacked(first);
    const id = createHash('sha256').update(hashes.join('\n')).digest('hex');
    const target = join(this.#folder, id);
    if (this.#merged.has(id)) return target;
    const running =
      this.#running.get(id) ?? this.#merge(hashes, target).finally(() => this.#running.delete(id));
    this.#running.set(id, running);
    await running;
    this.#merged.add(id);
    return target;
  }

  async #merge(hashes: readonly string[], target: string): Promise<string> {
    const temporary = `${target}.${process.pid}.tmp`;
    await rm(temporary, { recursive: true, force: true });
    await mkdir(temporary, { recursive: true });
    for (const hash of hashes) {
      await cp(await this.#code.unpacked(hash), temporary, { recursive: true, force: true });
    }
    // Of an earlier process: it may have been changed since.
    await rm(target, { recursive: true, force: true });
    await rename(temporary, target);
    return target;
  }
}
