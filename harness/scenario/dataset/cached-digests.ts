/**
 * Digests of the files of a cached dataset, as S3 told them when they were first uploaded. Files of the cache
 * never change, so a backend on this machine can take them as they are from then on.
 */
import { readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isJsonObject } from '../../core/json.ts';

interface Digests {
  /** MD5 in hex. */
  etag: string;
  /** Base64. */
  checksumCRC32: string;
}

const FILE = 'digests.json';

export class CachedDigests {
  readonly #file: string;
  #known: Map<string, Digests> | undefined;
  #changed = false;

  constructor(folder: string) {
    this.#file = join(folder, FILE);
  }

  digestsOf(name: string): Digests | undefined {
    return this.#digests().get(name);
  }

  remember(name: string, digests: Digests): void {
    this.#digests().set(name, digests);
    this.#changed = true;
  }

  /** Keeps what is new; a cache that cannot be written is not worth a failed run. */
  async save(): Promise<void> {
    if (!this.#changed) return;
    this.#changed = false;
    const temporary = `${this.#file}.${process.pid}`;
    try {
      await writeFile(temporary, JSON.stringify(Object.fromEntries(this.#digests())));
      await rename(temporary, this.#file);
    } catch {}
  }

  #digests(): Map<string, Digests> {
    this.#known ??= read(this.#file);
    return this.#known;
  }
}

function read(file: string): Map<string, Digests> {
  const known = new Map<string, Digests>();
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    for (const [name, one] of Object.entries(isJsonObject(value) ? value : {})) {
      if (!isJsonObject(one)) continue;
      const { etag, checksumCRC32 } = one;
      if (typeof etag === 'string' && typeof checksumCRC32 === 'string')
        known.set(name, { etag, checksumCRC32 });
    }
  } catch {
    // None yet, or not whole: it is written anew.
  }
  return known;
}
