/**
 * Content on disk: write-once files with names of our own making. Knows nothing of buckets and keys.
 *
 * Invariants: a blob is written to `tmp/`, flushed, then renamed into place, so a file in `blobs/` is whole; no
 * name derives from a key; a blob is unlinked only when nobody reads it; names never repeat over the life of a
 * state folder, since each opening has a generation of its own, and nothing takes its name or is recorded before
 * that is on the device (`opened`).
 */
import * as fs from 'node:fs';
import { join } from 'node:path';
import { afterThisTurn } from '../../../../core/after-this-turn.ts';
import { jsonOf, renderLine } from '../../../../core/checksummed-line.ts';
import { invariant } from '../../../../core/invariant.ts';
import type { Durability } from '../../../state/journal.ts';
import type { ServiceState } from '../../../state/service-state.ts';
import { syncFolder } from '../../../state/sync-folder.ts';
import { createHasher, type DigestAlgorithm } from '../checksums/algorithms.ts';
import { DigestWorkers } from '../checksums/digest-workers.ts';
import type { Segment } from './records.ts';

const FOLDERS = 256;
const READ_BYTES = 512 * 1024;

export class Blobs {
  readonly durability: Durability;
  /** Where large contents are hashed on their way in. */
  readonly digestWorkers = new DigestWorkers();
  readonly #state: ServiceState;
  readonly #root: string;
  readonly #generation: number;
  #sequence = 0;
  /** Blobs being read, with how many readers each has. */
  readonly #readers = new Map<string, number>();
  /** Blobs to unlink as soon as their last reader is gone. */
  readonly #doomed = new Set<string>();
  /** Folders that are there: made when first needed, for a small run needs few of them. */
  readonly #folders = new Set<string>();
  readonly #wasClean: boolean;
  /** Blobs to unlink one by one, when what goes on has been answered. */
  readonly #condemned: string[] = [];
  #unlinking: Promise<void> | undefined;
  #notUnlinked = 0;
  #opened: Promise<void> | undefined;
  /** Blobs of earlier openings that were found to be what was written. */
  readonly #verified = new Set<string>();

  constructor(state: ServiceState) {
    const root = state.folder;
    this.#state = state;
    this.#root = root;
    this.durability = state.durability;
    for (const folder of ['blobs', 'tmp']) fs.mkdirSync(join(root, folder), { recursive: true, mode: 0o700 });
    for (const name of fs.readdirSync(join(root, 'tmp')))
      fs.rmSync(join(root, 'tmp', name), { recursive: true });
    const before = this.#readGeneration();
    this.#wasClean = before.clean;
    this.#generation = before.number + 1;
  }

  /** Notes this opening down, once; writes wait for it, while the first requests are read already. */
  opened(): Promise<void> {
    if (!this.#opened) {
      this.#opened = this.#writeGeneration(false);
      // Who waits for it is told; nobody may.
      this.#opened.catch(() => {});
    }
    return this.#opened;
  }

  /** A name that was never used in this state folder. */
  newName(): string {
    return `${this.#generation.toString(36)}-${(this.#sequence++).toString(36)}`;
  }

  path(blob: string): string {
    return join(this.#root, 'blobs', folderOf(parseSequence(blob) % FOLDERS), blob);
  }

  /** Where a new blob is renamed to; its folder is there. */
  place(blob: string): string {
    const folder = folderOf(parseSequence(blob) % FOLDERS);
    if (!this.#folders.has(folder)) {
      fs.mkdirSync(join(this.#root, 'blobs', folder), { recursive: true, mode: 0o700 });
      this.#folders.add(folder);
    }
    return this.path(blob);
  }

  temporaryPath(blob: string): string {
    return join(this.#root, 'tmp', blob);
  }

  /** Another name for the same content, without copying where the file system can. */
  link(blob: string): Promise<string> {
    return this.adopt(this.path(blob));
  }

  /** A file from elsewhere that never changes becomes a blob: a second name where the file system can, else a copy. */
  async adopt(path: string): Promise<string> {
    const name = this.newName();
    await this.opened();
    try {
      await fs.promises.link(path, this.place(name));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw error;
      const temporary = this.temporaryPath(name);
      await fs.promises.copyFile(path, temporary, fs.constants.COPYFILE_FICLONE);
      await fs.promises.rename(temporary, this.place(name));
    }
    return name;
  }

  /** Keeps `blobs` readable until the result is called. */
  retain(blobs: readonly string[]): () => void {
    for (const blob of blobs) this.#readers.set(blob, (this.#readers.get(blob) ?? 0) + 1);
    let released = false;
    return () => {
      if (released) return;
      released = true;
      for (const blob of blobs) this.#release(blob);
    };
  }

  /** Whether `verify` has anything to read. */
  areVerified(segments: readonly Segment[]): boolean {
    return segments.every(({ blob, checksum }) => !checksum || this.#isTrusted(blob));
  }

  /**
   * Reads blobs of earlier openings, each once, to see that they are what was written.
   * @throws Error when one is not; the operator is told of it
   */
  async verify(segments: readonly Segment[]): Promise<void> {
    const release = this.retain(segments.map(({ blob }) => blob));
    try {
      for (const segment of segments) {
        if (!segment.checksum || this.#isTrusted(segment.blob)) continue;
        if (!(await this.#isWhole(segment))) {
          this.#state.reportDamage(
            `${this.path(segment.blob)} is missing or damaged; its object cannot be read`,
          );
          throw new Error(`content ${segment.blob} is missing or damaged`);
        }
        this.#verified.add(segment.blob);
      }
    } finally {
      // The caller goes on to read them in this turn.
      afterThisTurn(release);
    }
  }

  async #isWhole({ blob, sizeBytes, checksum }: Segment): Promise<boolean> {
    try {
      const found = await digestOf(this.path(blob), checksum!.algorithm);
      return found.sizeBytes === sizeBytes && found.value === checksum!.value;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      return false;
    }
  }

  #isTrusted(blob: string): boolean {
    return blob.startsWith(`${this.#generation.toString(36)}-`) || this.#verified.has(blob);
  }

  /** Unlinks blobs that no object refers to any more, once their readers are gone. */
  discard(blobs: readonly string[]): void {
    for (const blob of blobs) {
      this.#verified.delete(blob);
      if (this.#readers.has(blob)) this.#doomed.add(blob);
      else this.#unlink(blob);
    }
  }

  /**
   * Removes what a crash left behind: blobs of earlier openings that are not `referenced`. Nothing to do after a
   * clean stop.
   */
  async sweep(referenced: () => ReadonlySet<string>): Promise<number> {
    if (this.#wasClean) return 0;
    const known = referenced();
    let removed = 0;
    const mine = `${this.#generation.toString(36)}-`;
    for (const name of await fs.promises.readdir(join(this.#root, 'blobs'))) {
      const folder = join(this.#root, 'blobs', name);
      for (const blob of await fs.promises.readdir(folder)) {
        if (blob.startsWith(mine) || known.has(blob) || this.#readers.has(blob)) continue;
        await fs.promises.rm(join(folder, blob), { force: true });
        removed++;
      }
    }
    return removed;
  }

  /** Marks the folder as left in good order, if nothing is left to remove. */
  async close(): Promise<void> {
    await this.digestWorkers.close();
    await this.opened();
    await this.#unlinking;
    const isClean = this.#notUnlinked === 0 && this.#doomed.size === 0 && !this.#state.hasDamage;
    await this.#writeGeneration(isClean);
  }

  #release(blob: string): void {
    const left = (this.#readers.get(blob) ?? 0) - 1;
    invariant(left >= 0, `blob ${blob} released more often than retained`);
    if (left > 0) {
      this.#readers.set(blob, left);
      return;
    }
    this.#readers.delete(blob);
    if (this.#doomed.delete(blob)) this.#unlink(blob);
  }

  #unlink(blob: string): void {
    this.#condemned.push(blob);
    this.#unlinking ??= new Promise((done) => {
      afterThisTurn(() => this.#unlinkNext(done));
    });
  }

  /** A blob that could not be removed is swept at the next opening, which is why it makes this stop unclean. */
  #unlinkNext(done: () => void): void {
    const blob = this.#condemned.pop();
    if (blob === undefined) {
      this.#unlinking = undefined;
      done();
      return;
    }
    fs.unlink(this.path(blob), (error) => {
      if (error) this.#notUnlinked++;
      this.#unlinkNext(done);
    });
  }

  async #writeGeneration(clean: boolean): Promise<void> {
    const path = join(this.#root, 'generation');
    const temporary = `${path}.new`;
    // A generation used twice would let names repeat: it is flushed whatever the durability.
    const contents = renderLine({ number: this.#generation, clean });
    await fs.promises.writeFile(temporary, contents, { mode: 0o600, flush: true });
    await fs.promises.rename(temporary, path);
    syncFolder(path);
  }

  /** A number that cannot be read is one more than any that blobs have in their names: names must not repeat. */
  #readGeneration(): { number: number; clean: boolean } {
    const path = join(this.#root, 'generation');
    let bytes: Buffer;
    try {
      bytes = fs.readFileSync(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      const isNew = fs.readdirSync(join(this.#root, 'blobs')).length === 0;
      if (isNew) return { number: 0, clean: true };
      this.#state.reportDamage(
        `${path} is missing; the numbering of contents goes on behind the last in use`,
      );
      return { number: this.#lastGeneration(), clean: false };
    }
    const json = jsonOf(bytes.subarray(0, -1));
    if (json) return JSON.parse(json.toString('utf8')) as { number: number; clean: boolean };
    this.#state.reportDamage(`${path} is damaged; the numbering of contents goes on behind the last in use`);
    return { number: this.#lastGeneration(), clean: false };
  }

  #lastGeneration(): number {
    const blobs = join(this.#root, 'blobs');
    const names = fs.readdirSync(blobs).flatMap((folder) => fs.readdirSync(join(blobs, folder)));
    return Math.max(0, ...names.map((name) => Number.parseInt(name, 36) || 0));
  }
}

const folderOf = (index: number): string => index.toString(16).padStart(2, '0');

const parseSequence = (blob: string): number => Number.parseInt(blob.slice(blob.indexOf('-') + 1), 36);

/** Length and digest, in base64, of a file. */
async function digestOf(
  path: string,
  algorithm: DigestAlgorithm,
): Promise<{ sizeBytes: number; value: string }> {
  const hasher = await createHasher(algorithm);
  let sizeBytes = 0;
  for await (const chunk of fs.createReadStream(path, {
    highWaterMark: READ_BYTES,
  }) as AsyncIterable<Buffer>) {
    hasher.update(chunk);
    sizeBytes += chunk.length;
  }
  return { sizeBytes, value: hasher.digest().toString('base64') };
}
