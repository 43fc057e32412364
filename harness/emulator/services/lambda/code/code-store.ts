/**
 * Deployment packages: each zip once, by its hash, and unpacked once. A folder is put in place by rename when it
 * is whole, so a crash leaves no half package behind. With a cache the folders are shared between emulators.
 */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AwsError } from '../../../../core/errors.ts';
import { resourceDoesNotExist } from '../errors.ts';
import type { SharedPackages } from './shared-packages.ts';
import { badZip, openZip } from './unpack-zip.ts';

export interface StoredCode {
  /** Base64, as CodeSha256. */
  sha256: string;
  sizeBytes: number;
  unzippedBytes: number;
}

export class CodeStore {
  readonly #folder: string;
  readonly #limitBytes: () => number;
  readonly #unpacking = new Map<string, Promise<string>>();
  readonly #shared: SharedPackages | undefined;
  /** Folders of the cache that are in use here, by hash. */
  readonly #fromShared = new Map<string, string>();
  #sequence = 0;

  constructor(stateDir: string, unzippedLimitBytes: () => number, shared?: SharedPackages) {
    this.#folder = join(stateDir, 'code');
    this.#shared = shared;
    this.#limitBytes = unzippedLimitBytes;
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    // Node takes a package's module type from the nearest package.json: not from a project around the state folder.
    writeFileSync(join(this.#folder, 'package.json'), '{}');
  }

  /** Keeps a zip. @throws AwsError InvalidParameterValueException when it is none, or too large unzipped. */
  async store(zip: Uint8Array | Readable): Promise<StoredCode> {
    const temporary = join(this.#folder, `incoming-${process.pid}-${this.#sequence++}`);
    try {
      const hash = createHash('sha256');
      let sizeBytes = 0;
      if (zip instanceof Uint8Array) {
        hash.update(zip);
        sizeBytes = zip.byteLength;
        await writeFile(temporary, zip);
      } else {
        const measured = async function* (source: Readable) {
          for await (const chunk of source as AsyncIterable<Buffer>) {
            hash.update(chunk);
            sizeBytes += chunk.length;
            yield chunk;
          }
        };
        await pipeline(zip, measured, createWriteStream(temporary));
      }
      if (sizeBytes === 0) throw badZip();
      const archive = await openZip(temporary, this.#limitBytes());
      archive.close();
      const sha256 = hash.digest('base64');
      await rename(temporary, this.zipPath(sha256));
      return { sha256, sizeBytes, unzippedBytes: archive.unzippedBytes };
    } finally {
      await rm(temporary, { force: true });
    }
  }

  /** Folder with the unpacked package; unpacks it if that has not been done. */
  unpacked(sha256: string): Promise<string> {
    const running = this.#unpacking.get(sha256);
    if (running) return running;
    const known = this.unpackedNow(sha256);
    if (known !== undefined) return Promise.resolve(known);
    const work = (this.#shared ? this.#share(sha256, this.#shared) : this.#unpack(sha256)).finally(() =>
      this.#unpacking.delete(sha256),
    );
    this.#unpacking.set(sha256, work);
    return work;
  }

  /** The unpacked folder if it is there already. */
  unpackedNow(sha256: string): string | undefined {
    const folder = this.#fromShared.get(sha256) ?? join(this.#folder, hex(sha256));
    return existsSync(folder) ? folder : undefined;
  }

  /** The zip of a package. @throws AwsError ResourceNotFoundException */
  async open(sha256: string): Promise<{ body: Readable; sizeBytes: number }> {
    try {
      const { size } = await stat(this.zipPath(sha256));
      return { body: createReadStream(this.zipPath(sha256)), sizeBytes: size };
    } catch {
      throw resourceDoesNotExist();
    }
  }

  zipPath(sha256: string): string {
    return join(this.#folder, `${hex(sha256)}.zip`);
  }

  /** Removes a package that no function uses any more; a shared folder stays for others. */
  remove(sha256: string): void {
    this.#fromShared.delete(sha256);
    rmSync(this.zipPath(sha256), { force: true });
    rmSync(join(this.#folder, hex(sha256)), { recursive: true, force: true });
  }

  async #share(sha256: string, shared: SharedPackages): Promise<string> {
    try {
      const folder = await shared.get(hex(sha256), async (target) => {
        const archive = await openZip(this.zipPath(sha256), this.#limitBytes());
        await archive.unpack(target);
      });
      this.#fromShared.set(sha256, folder);
      return folder;
    } catch (error) {
      throw asUnpackError(error);
    }
  }

  async #unpack(sha256: string): Promise<string> {
    const folder = join(this.#folder, hex(sha256));
    const temporary = `${folder}.${process.pid}.tmp`;
    try {
      rmSync(temporary, { recursive: true, force: true });
      mkdirSync(temporary, { recursive: true });
      const archive = await openZip(this.zipPath(sha256), this.#limitBytes());
      await archive.unpack(temporary);
      await rename(temporary, folder);
      return folder;
    } catch (error) {
      rmSync(temporary, { recursive: true, force: true });
      throw asUnpackError(error);
    }
  }
}

const asUnpackError = (error: unknown): AwsError => (error instanceof AwsError ? error : badZip());

const hex = (sha256: string) => Buffer.from(sha256, 'base64').toString('hex');
