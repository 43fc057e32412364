/**
 * Unpacked packages that outlive an emulator: a folder by content, shared by every emulator and process of a
 * workspace. An entry appears by one rename when it is whole, its files are read-only, and it is looked through
 * before it is used again: another file, size or time than were noted, or a link, and it is unpacked anew.
 */
import { type Dirent, mkdirSync } from 'node:fs';
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { basename, join, relative } from 'node:path';

/** The package itself; beside it the note, and what keeps Node from looking further up for a module's type. */
const PACKAGE = 'package';
const NOTE = 'files.json';
/** Folders that are being filled or taken away begin so. */
const TEMPORARY = 'tmp-';
const HOUR_MS = 3_600_000;
/** An entry nobody asked for in this time goes. */
const KEPT_MS = 14 * 24 * HOUR_MS;

/** Path below the package, size and time of change of every file. */
type Note = [path: string, sizeBytes: number, mtimeMs: number][];

export class SharedPackages {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  /** Folder of a package that is there and whole. `id` is the digest of its zip, in hexadecimal. */
  async find(id: string): Promise<string | undefined> {
    const entry = join(this.#folder, id);
    const folder = join(entry, PACKAGE);
    try {
      // A link would lead to files that this cache never wrote.
      const places = await Promise.all([this.#folder, entry, folder].map((path) => lstat(path)));
      if (!places.every((place) => place.isDirectory())) return undefined;
      const noted = await readFile(join(entry, NOTE), 'utf8');
      if (JSON.stringify(await noteOf(folder)) !== noted) return undefined;
    } catch {
      return undefined;
    }
    try {
      const now = await this.#now();
      await utimes(join(entry, NOTE), now, now);
    } catch {
      // Whoever may not write here uses it all the same.
    }
    return folder;
  }

  /**
   * The package's folder; `fill` writes its files when they are not there, or not as `isWhole` finds them packed.
   * Rejects with what `fill` rejects.
   */
  async get(
    id: string,
    fill: (folder: string) => Promise<void>,
    isWhole: (folder: string) => Promise<boolean> = async () => true,
  ): Promise<string> {
    const found = await this.find(id);
    if (found !== undefined && (await isWhole(found))) return found;
    const entry = join(this.#folder, id);
    const building = await this.#temporary();
    try {
      await mkdir(join(building, PACKAGE), { mode: 0o700 });
      await fill(join(building, PACKAGE));
      for (const file of await filesBelow(join(building, PACKAGE))) {
        const { mode } = await lstat(file);
        await chmod(file, mode & 0o555);
      }
      await writeFile(join(building, 'package.json'), '{}');
      await writeFile(join(building, NOTE), JSON.stringify(await noteOf(join(building, PACKAGE))));
      await this.#put(building, entry, found !== undefined);
    } finally {
      await rm(building, { recursive: true, force: true });
    }
    await this.#removeOld();
    return join(entry, PACKAGE);
  }

  /** Of several that unpack the same at once the first one's stays; what is spoiled makes way. */
  async #put(building: string, entry: string, isSpoiled: boolean): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      try {
        await rename(building, entry);
        return;
      } catch (error) {
        if (attempt > 0) throw error;
        if (!isSpoiled && (await this.find(basename(entry))) !== undefined) return;
        const away = await this.#temporary();
        await rename(entry, join(away, 'spoiled')).catch(() => {});
        await rm(away, { recursive: true, force: true });
      }
    }
  }

  /** What nobody asked for in weeks, and what interrupted processes left. */
  async #removeOld(): Promise<void> {
    const nowMs = (await this.#now()) * 1000;
    for (const name of await readdir(this.#folder).catch(() => [])) {
      const path = join(this.#folder, name);
      const isLeftOver = name.startsWith(TEMPORARY);
      const used = await lstat(isLeftOver ? path : join(path, NOTE)).catch(() => undefined);
      if (used && nowMs - used.mtimeMs > (isLeftOver ? HOUR_MS : KEPT_MS))
        await rm(path, { recursive: true, force: true }).catch(() => {});
    }
  }

  #temporary(): Promise<string> {
    return mkdtemp(join(this.#folder, TEMPORARY));
  }

  /** Seconds since the epoch on the clock that stamps these files. */
  async #now(): Promise<number> {
    const probe = await this.#temporary();
    const { mtimeMs } = await lstat(probe);
    await rm(probe, { recursive: true, force: true });
    return mtimeMs / 1000;
  }
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries: Dirent[] = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries.filter((one) => !one.isDirectory()).map((one) => join(one.parentPath, one.name));
}

async function noteOf(folder: string): Promise<Note> {
  const note: Note = [];
  for (const file of (await filesBelow(folder)).sort()) {
    const { size, mtimeMs } = await lstat(file);
    note.push([relative(folder, file), size, mtimeMs]);
  }
  return note;
}
