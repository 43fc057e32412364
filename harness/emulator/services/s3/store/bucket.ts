/**
 * One bucket: its index of objects in memory, its uploads and configuration, and the journal that makes them
 * durable. Content lies in `Blobs`; a record names the blobs it relies on.
 *
 * Invariants: memory changes only after the journal has the record, in journal order; changes of one key run one
 * after another (`change`); blobs are discarded only after the record that drops them is durable; a reader that
 * looked up a version holds an immutable value.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../../../../core/json.ts';
import { SortedEntries } from '../../../../core/sorted-entries.ts';
import type { Journal } from '../../../state/journal.ts';
import type { ServiceState } from '../../../state/service-state.ts';
import { noSuchBucket } from '../errors.ts';
import type { Blobs } from './blobs.ts';
import type { BucketRecord, ObjectVersion, Part, Upload } from './records.ts';

/** A key and its versions, newest first; never empty. */
export interface KeyEntry {
  readonly key: string;
  versions: readonly ObjectVersion[];
}

/** An upload and its parts by number. */
export interface UploadInProgress {
  readonly upload: Upload;
  readonly parts: Map<number, Part>;
}

/** Rewriting is worth it when this many records are dead, and they are the most of all. */
const COMPACT_DEAD_RECORDS = 20_000;
const COMPACT_SLICE = 1_000;

/** One change at a time per key: a condition that was checked still holds when the change is made. */
class KeyLocks {
  readonly #tails = new Map<string, Promise<void>>();

  /** Runs `work` when all earlier work on `key` has ended. */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#tails.get(key);
    let release = () => {};
    const mine = new Promise<void>((resolve) => {
      release = resolve;
    });
    this.#tails.set(key, mine);
    if (before) await before;
    try {
      return await work();
    } finally {
      release();
      if (this.#tails.get(key) === mine) this.#tails.delete(key);
    }
  }
}

export class Bucket {
  readonly name: string;
  region = '';
  createdMs = 0;
  /** Undefined for buckets of before accounts. */
  ownerAccountId: string | undefined;
  readonly #blobs: Blobs;
  readonly #state: ServiceState;
  readonly #journal: Journal;
  readonly #entries = new SortedEntries<KeyEntry>();
  readonly #uploads = new Map<string, UploadInProgress>();
  readonly #config = new Map<string, Json>();
  readonly #locks = new KeyLocks();
  #versionCount = 0;
  #partCount = 0;
  #closed = false;

  /** Opens the bucket whose journal lies in `folder` (below the state's), replaying it. */
  constructor(name: string, folder: string, { state, blobs }: { state: ServiceState; blobs: Blobs }) {
    this.name = name;
    this.#blobs = blobs;
    const path = join(folder, 'journal');
    if (!existsSync(join(state.folder, path))) {
      state.reportDamage(
        `${join(state.folder, path)} is missing; the bucket ${name} is served without its objects`,
      );
    }
    this.#state = state;
    this.#journal = state.openJournal<BucketRecord>(path, (record) => void this.#apply(record));
  }

  get entries(): SortedEntries<KeyEntry> {
    return this.#entries;
  }

  get uploads(): ReadonlyMap<string, UploadInProgress> {
    return this.#uploads;
  }

  /** The newest version of a key (which may be a delete marker), or a given one. */
  find(key: string, versionId?: string): ObjectVersion | undefined {
    const versions = this.#entries.find(key)?.versions;
    return versionId === undefined
      ? versions?.[0]
      : versions?.find((version) => version.versionId === versionId);
  }

  config(name: string): Json | undefined {
    return this.#config.get(name);
  }

  /** Names of the configurations there are that begin with `prefix`. */
  configNames(prefix: string): string[] {
    return [...this.#config.keys()].filter((name) => name.startsWith(prefix));
  }

  /** Sets or, with null, drops a configuration. */
  setConfig(name: string, value: Json | null): Promise<void> {
    return this.commit([{ op: 'config', name, value }]);
  }

  /** `undefined` until versioning was ever set. */
  get versioning(): 'Enabled' | 'Suspended' | undefined {
    const value = this.#config.get('versioning');
    return value === 'Enabled' || value === 'Suspended' ? value : undefined;
  }

  /**
   * Changes a key: `plan` sees the state no other change of that key can alter, and answers the records to write
   * (and what to give back). Resolves when they are durable and visible.
   */
  change<T>(key: string, plan: () => { records: BucketRecord[]; result: T }): Promise<T> {
    return this.#locks.run(key, async () => {
      const { records, result } = plan();
      if (records.length > 0) await this.commit(records);
      return result;
    });
  }

  /** Writes records and makes them visible. */
  async commit(records: readonly BucketRecord[]): Promise<void> {
    await this.#blobs.opened();
    if (this.#closed) throw noSuchBucket(this.name);
    await this.#journal.append(records);
    for (const record of records) {
      const freed = this.#apply(record);
      if (freed.length > 0) this.#blobs.discard(freed);
    }
    this.#compactIfWorthIt();
  }

  /** Every blob the bucket relies on. */
  *blobs(): IterableIterator<string> {
    for (const entry of this.#entries) {
      for (const version of entry.versions) for (const segment of version.segments) yield segment.blob;
    }
    for (const { parts } of this.#uploads.values())
      for (const { segment } of parts.values()) if (segment) yield segment.blob;
  }

  /** Rewrites the journal when most of it is dead; at once, for use before the first request. */
  async compactNow(): Promise<void> {
    if (this.#isWorthCompacting()) await this.#journal.compact(() => this.#snapshot());
  }

  /** Refuses changes from now on and closes the journal. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#journal.close();
    this.#state.forget(this.#journal);
  }

  #isWorthCompacting(): boolean {
    const live = this.#versionCount + this.#partCount + this.#uploads.size + this.#config.size + 1;
    const dead = this.#journal.records - live;
    return !this.#journal.isDamaged && dead > COMPACT_DEAD_RECORDS && dead > live;
  }

  #compactIfWorthIt(): void {
    if (this.#journal.compacting || !this.#isWorthCompacting()) return;
    // Failing leaves the journal as it was, longer than needed: the next change tries again.
    this.#journal.compact(() => this.#snapshot()).catch(() => {});
  }

  async *#snapshot(): AsyncIterable<BucketRecord[]> {
    const { name, region, createdMs, ownerAccountId } = this;
    const owner = ownerAccountId === undefined ? {} : { ownerAccountId };
    const head: BucketRecord[] = [{ op: 'bucket', name, region, createdMs, ...owner }];
    for (const [config, value] of this.#config) head.push({ op: 'config', name: config, value });
    for (const { upload, parts } of this.#uploads.values()) {
      head.push({ op: 'upload', upload });
      for (const part of parts.values()) head.push({ op: 'part', uploadId: upload.uploadId, part });
    }
    yield head;
    let after: string | undefined;
    for (;;) {
      // The index may change between slices: each starts by a seek, and later records repeat what it missed.
      const slice = this.#entries.slice(after, COMPACT_SLICE);
      if (slice.length === 0) return;
      after = slice.at(-1)!.key;
      yield slice.flatMap(({ versions }) =>
        versions.toReversed().map((object) => ({ op: 'put', object }) as const),
      );
    }
  }

  /** Applies a record to memory; answers the blobs nothing refers to any more. */
  #apply(record: BucketRecord): string[] {
    switch (record.op) {
      case 'bucket':
        this.region = record.region;
        this.createdMs = record.createdMs;
        this.ownerAccountId = record.ownerAccountId;
        return [];
      case 'config':
        if (record.value === null) this.#config.delete(record.name);
        else this.#config.set(record.name, record.value);
        return [];
      case 'put':
        return this.#put(record.object, record.uploadId);
      case 'remove':
        return this.#remove(record.key, record.versionId);
      case 'tags':
        return this.#alter(record, { tags: record.tags });
      case 'acl':
        return this.#alter(record, { acl: record.acl });
      case 'retention':
        return this.#alter(record, { retention: record.retention ?? undefined });
      case 'restore':
        return this.#alter(record, { restoredUntilMs: record.restoredUntilMs });
      case 'legal-hold':
        return this.#alter(record, { legalHold: record.legalHold });
      case 'upload':
        this.#uploads.set(record.upload.uploadId, { upload: record.upload, parts: new Map() });
        return [];
      case 'part':
        return this.#putPart(record.uploadId, record.part);
      case 'abort':
        return this.#dropUpload(record.uploadId, []);
    }
  }

  /** Replaces members of one version. */
  #alter(
    { key, versionId }: { key: string; versionId: string },
    members: Partial<Pick<ObjectVersion, 'tags' | 'acl' | 'retention' | 'legalHold' | 'restoredUntilMs'>>,
  ): string[] {
    const entry = this.#entries.find(key);
    if (entry) {
      entry.versions = entry.versions.map((version) =>
        version.versionId === versionId ? { ...version, ...members } : version,
      );
    }
    return [];
  }

  #put(object: ObjectVersion, uploadId: string | undefined): string[] {
    const freed =
      uploadId === undefined
        ? []
        : this.#dropUpload(
            uploadId,
            object.segments.map(({ blob }) => blob),
          );
    const fresh: readonly ObjectVersion[] = [object];
    const entry = this.#entries.findOrInsert(object.key, () => ({ key: object.key, versions: fresh }));
    if (entry.versions === fresh) {
      this.#versionCount++;
      return freed;
    }
    const replaced = entry.versions.find((version) => version.versionId === object.versionId);
    entry.versions = [object, ...entry.versions.filter((version) => version !== replaced)];
    if (!replaced) {
      this.#versionCount++;
      return freed;
    }
    const kept = new Set(object.segments.map(({ blob }) => blob));
    for (const { blob } of replaced.segments) if (!kept.has(blob)) freed.push(blob);
    return freed;
  }

  #remove(key: string, versionId: string): string[] {
    const entry = this.#entries.find(key);
    const removed = entry?.versions.find((version) => version.versionId === versionId);
    if (!entry || !removed) return [];
    this.#versionCount--;
    entry.versions = entry.versions.filter((version) => version !== removed);
    if (entry.versions.length === 0) this.#entries.delete(key);
    return removed.segments.map(({ blob }) => blob);
  }

  #putPart(uploadId: string, part: Part): string[] {
    const parts = this.#uploads.get(uploadId)?.parts;
    if (!parts) return blobsOf([part]);
    const replaced = parts.get(part.number);
    parts.set(part.number, part);
    if (!replaced) this.#partCount++;
    return replaced ? blobsOf([replaced]).filter((blob) => blob !== part.segment?.blob) : [];
  }

  #dropUpload(uploadId: string, keep: readonly string[]): string[] {
    const parts = this.#uploads.get(uploadId)?.parts;
    if (!parts) return [];
    this.#uploads.delete(uploadId);
    this.#partCount -= parts.size;
    const kept = new Set(keep);
    return blobsOf(parts.values()).filter((blob) => !kept.has(blob));
  }
}

const blobsOf = (parts: Iterable<Part>): string[] => [...parts].flatMap(({ segment }) => segment?.blob ?? []);
