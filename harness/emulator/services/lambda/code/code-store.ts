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
import type { ServiceState } from '../../../state/service-state.ts';
import { syncFolder } from '../../../state/sync-folder.ts';
import { resourceDoesNotExist } from '../errors.ts';
import type { SharedPackages } from './shared-packages.ts';
import { badZip, type CheckedZip, openZip } from './unpack-zip.ts';

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

  /** Packages that were seen to be what was uploaded, by hash. */
  readonly #verified = new Set<string>();
  readonly #state: ServiceState;

  constructor(state: ServiceState, unzippedLimitBytes: () => number, shared?: SharedPackages) {
    this.#state = state;
    this.#folder = join(state.folder, 'code');
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
        await writeFile(temporary, zip, { flush: this.#state.durability === 'device' });
      } else {
        const measured = async function* (source: Readable) {
          for await (const chunk of source as AsyncIterable<Buffer>) {
            hash.update(chunk);
            sizeBytes += chunk.length;
            yield chunk;
          }
        };
        await pipeline(
          zip,
          measured,
          createWriteStream(temporary, { flush: this.#state.durability === 'device' }),
        );
      }
      if (sizeBytes === 0) throw badZip();
      const archive = await openZip(temporary, this.#limitBytes());
      archive.close();
      const sha256 = hash.digest('base64');
      await rename(temporary, this.zipPath(sha256));
      if (this.#state.durability === 'device') syncFolder(this.zipPath(sha256));
      return { sha256, sizeBytes, unzippedBytes: archive.unzippedBytes };
    } finally {
      await rm(temporary, { force: true });
    }
  }

  /**
   * Folder with the unpacked package; unpacks it if that has not been done. Before this process uses it, the package is
   * seen to be what was uploaded, and its files to be those of the package.
   */
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

  /** The unpacked folder if it is there already and verified. */
  unpackedNow(sha256: string): string | undefined {
    if (!this.#verified.has(sha256)) return undefined;
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
    this.#verified.delete(sha256);
    rmSync(this.zipPath(sha256), { force: true });
    rmSync(join(this.#folder, hex(sha256)), { recursive: true, force: true });
  }

  async #share(sha256: string, shared: SharedPackages): Promise<string> {
    try {
      await this.#verifyZip(sha256);
      const folder = await shared.get(
        hex(sha256),
        async (target) => (await this.#open(sha256)).unpack(target),
        async (found) => (await this.#open(sha256)).matches(found),
      );
      this.#fromShared.set(sha256, folder);
      this.#verified.add(sha256);
      return folder;
    } catch (error) {
      throw this.#asUnpackError(error);
    }
  }

  async #unpack(sha256: string): Promise<string> {
    const folder = join(this.#folder, hex(sha256));
    const temporary = `${folder}.${process.pid}.tmp`;
    try {
      await this.#verifyZip(sha256);
      rmSync(temporary, { recursive: true, force: true });
      if (existsSync(folder)) {
        if (!(await (await this.#open(sha256)).matches(folder))) {
          this.#state.reportDamage(`${folder} is not what was uploaded; it is unpacked anew`);
          await rename(folder, `${temporary}.old`);
          rmSync(`${temporary}.old`, { recursive: true, force: true });
        }
      }
      if (!existsSync(folder)) {
        mkdirSync(temporary, { recursive: true });
        await (await this.#open(sha256)).unpack(temporary);
        await rename(temporary, folder);
      }
      this.#verified.add(sha256);
      return folder;
    } catch (error) {
      rmSync(temporary, { recursive: true, force: true });
      throw this.#asUnpackError(error);
    }
  }

  #asUnpackError(error: unknown): unknown {
    return error instanceof AwsError || this.#state.reportFailure(error) ? error : badZip();
  }

  #open(sha256: string): Promise<CheckedZip> {
    return openZip(this.zipPath(sha256), this.#limitBytes());
  }

  /** @throws Error when the zip is not what was uploaded */
  async #verifyZip(sha256: string): Promise<void> {
    const hash = createHash('sha256');
    await pipeline(createReadStream(this.zipPath(sha256)), hash);
    if (hash.digest('base64') === sha256) return;
    this.#state.reportDamage(`${this.zipPath(sha256)} is damaged; functions with this code cannot run`);
    throw new AwsError('InvalidParameterValueException', 'The deployment package is damaged.', 400);
  }
}

const hex = (sha256: string) => Buffer.from(sha256, 'base64').toString('hex');
