/**
 * Things of one kind, one JSON file each in a folder of their own, replaced by rename. A damaged file is named and set
 * aside, never fatal.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isJsonObject, type JsonObject } from '../../../../core/json.ts';

export interface JsonFilesOptions {
  folder: string;
  /** What a file holds, with its article: `a code signing configuration`. */
  what: string;
  /** The short word for it: `configuration`. */
  noun: string;
  /** Whether an object that was read is one. */
  isOne(saved: JsonObject): boolean;
  warn(line: string): void;
}

export class JsonFiles<Kept> {
  readonly #options: JsonFilesOptions;

  constructor(options: JsonFilesOptions) {
    this.#options = options;
    mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  }

  /** All that can be read. */
  readAll(): Kept[] {
    return readdirSync(this.#options.folder)
      .filter((file) => file.endsWith('.json'))
      .flatMap((file) => this.#read(join(this.#options.folder, file)));
  }

  write(name: string, kept: Kept): void {
    const path = this.#pathOf(name);
    writeFileSync(`${path}.tmp`, JSON.stringify(kept), { mode: 0o600 });
    renameSync(`${path}.tmp`, path);
  }

  remove(name: string): void {
    rmSync(this.#pathOf(name), { force: true });
  }

  #pathOf(name: string): string {
    return join(this.#options.folder, `${name}.json`);
  }

  #read(path: string): Kept[] {
    const { what, noun, isOne, warn } = this.#options;
    try {
      const saved: unknown = JSON.parse(readFileSync(path, 'utf8'));
      if (!isJsonObject(saved) || !isOne(saved as JsonObject)) throw new Error(`it does not hold ${what}`);
      return [saved as unknown as Kept];
    } catch (error) {
      warn(
        `lambda: ${path} is damaged (${(error as Error).message}); the ${noun} is left out, the file is kept as ${path}.damaged.`,
      );
      renameSync(path, `${path}.damaged`);
      return [];
    }
  }
}
