/**
 * Digests of the files of a cached dataset, as S3 reported them when they were first uploaded. Files of the cache
 * never change, so a backend on this machine can take them as they are from then on. A file of digests in which a byte
 * has changed, or which is about other contents, counts as absent.
 */
import { createHash } from 'node:crypto';
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
  readonly #content: string;
  #known: Map<string, Digests> | undefined;
  #changed = false;

  /** `content`: digest of what the digests are about, such as of the folder's files. */
  constructor(folder: string, content: string) {
    this.#file = join(folder, FILE);
    this.#content = content;
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
      const files = Object.fromEntries(this.#digests());
      await writeFile(temporary, JSON.stringify({ sha256: sealOf(this.#content, files), files }));
      await rename(temporary, this.#file);
    } catch {}
  }

  #digests(): Map<string, Digests> {
    this.#known ??= read(this.#file, this.#content);
    return this.#known;
  }
}

const sealOf = (content: string, files: object) =>
  createHash('sha256')
    .update(JSON.stringify([content, files]))
    .digest('hex');

function read(file: string, content: string): Map<string, Digests> {
  const known = new Map<string, Digests>();
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (!isJsonObject(value) || !isJsonObject(value['files'])) return known;
    if (value['sha256'] !== sealOf(content, value['files'])) return known;
    for (const [name, one] of Object.entries(value['files'])) {
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
