/**
 * All buckets of a state folder: makes, opens and removes them. Bucket names are validated before they get here,
 * so a name is safe as a folder's name; folders come and go by rename, so a bucket is whole or absent.
 */
import * as fs from 'node:fs';
import { join } from 'node:path';
import { Journal } from '../../../state/journal.ts';
import type { ServiceState } from '../../../state/service-state.ts';
import { syncFolder } from '../../../state/sync-folder.ts';
import { bucketAlreadyOwnedByYou, bucketNotEmpty, noSuchBucket } from '../errors.ts';
import { Blobs } from './blobs.ts';
import { Bucket } from './bucket.ts';

const BUCKETS = 'buckets';

export class Buckets {
  readonly blobs: Blobs;
  readonly state: ServiceState;
  readonly #folder: string;
  readonly #trash: string;
  readonly #buckets = new Map<string, Bucket>();
  #sweeping: Promise<unknown> | undefined;

  /** Opens the buckets of a state folder, making its layout as needed. */
  constructor(state: ServiceState) {
    const root = state.folder;
    this.state = state;
    this.#folder = join(root, BUCKETS);
    this.#trash = join(root, 'tmp');
    fs.mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    this.blobs = new Blobs(state);
    for (const name of fs.readdirSync(this.#folder)) {
      this.#buckets.set(name, new Bucket(name, join(BUCKETS, name), this));
    }
    // Only now: who cannot be opened writes nothing.
    void this.blobs.opened();
    // Housekeeping that fails leaves files behind, for the next opening to find.
    this.#sweeping = this.#sweep().catch(() => {});
  }

  /** @throws AwsError NoSuchBucket */
  get(name: string): Bucket {
    const bucket = this.#buckets.get(name);
    if (!bucket) throw noSuchBucket(name);
    return bucket;
  }

  has(name: string): boolean {
    return this.#buckets.has(name);
  }

  /** Buckets of an account, by name. Records of before accounts name no owner: those are of every account. */
  list(accountId: string): Bucket[] {
    const owned = [...this.#buckets.values()].filter(
      ({ ownerAccountId = accountId }) => ownerAccountId === accountId,
    );
    return owned.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** @throws AwsError BucketAlreadyOwnedByYou */
  create(name: string, properties: { region: string; ownerAccountId: string; createdMs: number }): Bucket {
    if (this.#buckets.has(name)) throw bucketAlreadyOwnedByYou(name);
    const folder = join(this.#folder, name);
    const temporary = join(this.#trash, this.blobs.newName());
    try {
      fs.mkdirSync(temporary, { mode: 0o700 });
      Journal.create(join(temporary, 'journal'), this.blobs.durability, [
        { op: 'bucket', name, ...properties },
      ]);
      fs.renameSync(temporary, folder);
    } catch (error) {
      fs.rmSync(temporary, { recursive: true, force: true });
      throw error;
    }
    if (this.blobs.durability === 'device') syncFolder(folder);
    const bucket = new Bucket(name, join(BUCKETS, name), this);
    this.#buckets.set(name, bucket);
    return bucket;
  }

  /** @throws AwsError NoSuchBucket, BucketNotEmpty */
  async remove(name: string): Promise<void> {
    const bucket = this.get(name);
    if (bucket.entries.size > 0) throw bucketNotEmpty(name, bucket.versioning !== undefined);
    const leftovers = [...bucket.blobs()];
    this.#buckets.delete(name);
    await bucket.close();
    const doomed = join(this.#trash, this.blobs.newName());
    fs.renameSync(join(this.#folder, name), doomed);
    fs.rmSync(doomed, { recursive: true, force: true });
    this.blobs.discard(leftovers);
  }

  async close(): Promise<void> {
    await this.#sweeping;
    for (const bucket of this.#buckets.values()) await bucket.close();
    await this.blobs.close();
  }

  /** Housekeeping after opening, beside the first requests. */
  async #sweep(): Promise<void> {
    // A record that is damaged may name any of the blobs.
    if (this.state.hasDamage) return;
    await this.blobs.sweep(() => {
      const known = new Set<string>();
      for (const bucket of this.#buckets.values()) for (const blob of bucket.blobs()) known.add(blob);
      return known;
    });
    for (const bucket of this.#buckets.values()) await bucket.compactNow();
  }
}
