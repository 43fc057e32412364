/**
 * Writes content as it arrives into a new blob, digesting it on the way. Holds at most two batches in memory:
 * one being written, one being gathered. What is not finished leaves nothing behind.
 */

import * as fs from 'node:fs';
import { createHasher, type DigestAlgorithm, type Hasher } from '../checksums/algorithms.ts';
import { type DigestJob, DigestWorkers } from '../checksums/digest-workers.ts';
import type { Blobs } from './blobs.ts';
import type { Segment } from './records.ts';

const BATCH_BYTES = 512 * 1024;
/** Written so far, the device is set to work on it while the rest still arrives. */
const SYNC_BYTES = 8 * 1024 * 1024;
/** Up to here a few synchronous calls cost less than as many trips to the thread pool. Flushing never is one. */
const SMALL_BYTES = 64 * 1024;

export interface WrittenContent {
  /** Absent when the content is empty. */
  segment?: Segment;
  sizeBytes: number;
  digests: ReadonlyMap<DigestAlgorithm, Buffer>;
}

/**
 * Writes all of `source`. `check` sees the result before the blob takes its place; when it throws, nothing stays.
 */
export async function writeContent(
  blobs: Blobs,
  source: AsyncIterable<Buffer> | Iterable<Buffer>,
  algorithms: readonly DigestAlgorithm[],
  options: { check?: (written: WrittenContent) => void; expectedBytes?: number } = {},
): Promise<WrittenContent> {
  const { check = () => {}, expectedBytes } = options;
  const blob = blobs.newName();
  const temporary = blobs.temporaryPath(blob);
  const digests = await startDigests(algorithms, blobs.digestWorkers, expectedBytes);
  let fd = -1;
  let sizeBytes = 0;
  let batch: Buffer[] = [];
  let batchBytes = 0;
  let writing: Promise<void> | undefined;
  let syncing: Promise<void> = Promise.resolve();
  let unsyncedBytes = 0;
  let isSyncing = false;
  const syncEarly = () => {
    isSyncing = true;
    unsyncedBytes = 0;
    syncing = dataSync(fd).finally(() => {
      isSyncing = false;
    });
    // Reported when the rest is synced.
    syncing.catch(() => {});
  };
  const flush = async () => {
    // One write at a time: the disk is the bottleneck, and order needs no positions.
    await writing;
    if (fd < 0) fd = await open(temporary);
    else if (blobs.durability === 'device' && !isSyncing && unsyncedBytes >= SYNC_BYTES) syncEarly();
    unsyncedBytes += batchBytes;
    const pending = batch;
    batch = [];
    batchBytes = 0;
    writing = writeAll(fd, pending);
    // A failed write is reported at the next await; until then it must not count as unhandled.
    writing.catch(() => {});
    await digests.settled();
  };
  try {
    for await (const chunk of source) {
      digests.update(chunk);
      sizeBytes += chunk.length;
      batch.push(chunk);
      batchBytes += chunk.length;
      if (batchBytes >= BATCH_BYTES) await flush();
    }
    const isSmall = fd < 0 && batchBytes <= SMALL_BYTES;
    if (batchBytes > 0 && !isSmall) await flush();
    const digested = await digests.finish();
    const result: WrittenContent = {
      sizeBytes,
      digests: digested,
      ...(sizeBytes > 0 ? { segment: { blob, sizeBytes, ...checksumOf(digested) } } : {}),
    };
    await writing;
    check(result);
    if (sizeBytes === 0) return result;
    if (isSmall) {
      fd = fs.openSync(temporary, 'wx', 0o600);
      writeAllSync(fd, batch);
    }
    await syncing;
    if (blobs.durability === 'device') await dataSync(fd);
    await blobs.opened();
    if (isSmall) fs.closeSync(fd);
    else await close(fd);
    fd = -1;
    if (isSmall) fs.renameSync(temporary, blobs.place(blob));
    else await rename(temporary, blobs.place(blob));
    return result;
  } catch (error) {
    digests.cancel();
    await writing?.catch(() => {});
    await syncing.catch(() => {});
    if (fd >= 0) await close(fd).catch(() => {});
    fs.rmSync(temporary, { force: true });
    throw error;
  }
}

/** What tells later that the bytes are still these: no digest is computed for it alone. */
function checksumOf(digests: WrittenContent['digests']): Pick<Segment, 'checksum'> {
  const found = [...digests].find(([algorithm]) => algorithm !== 'MD5') ?? [...digests][0];
  if (!found) return {};
  const [algorithm, digest] = found;
  return { checksum: { algorithm, value: digest.toString('base64') } };
}

/** Callbacks rather than `fs.promises`: a file handle costs more than a small write itself. */
function call<T>(run: (done: (error: NodeJS.ErrnoException | null, value?: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    run((error, value) => (error ? reject(error) : resolve(value as T)));
  });
}

const open = (path: string) => call<number>((done) => fs.open(path, 'wx', 0o600, done));
const close = (fd: number) => call<void>((done) => fs.close(fd, done));
const rename = (from: string, to: string) => call<void>((done) => fs.rename(from, to, done));
const dataSync = (fd: number) => call<void>((done) => fs.fdatasync(fd, done));
const writeSome = (fd: number, buffers: Buffer[]) =>
  call<number>((done) => fs.writev(fd, buffers, (error, count) => done(error, count)));

async function writeAll(fd: number, buffers: Buffer[]): Promise<void> {
  let rest = buffers;
  while (rest.length > 0) {
    let count = await writeSome(fd, rest);
    let whole = 0;
    while (whole < rest.length && count >= rest[whole]!.length) count -= rest[whole++]!.length;
    rest = whole === 0 && count === 0 ? rest : rest.slice(whole);
    if (rest.length > 0 && count > 0) rest[0] = rest[0]!.subarray(count);
  }
}

function writeAllSync(fd: number, buffers: Buffer[]): void {
  const bytes = buffers.length === 1 ? buffers[0]! : Buffer.concat(buffers);
  for (let at = 0; at < bytes.length; ) at += fs.writeSync(fd, bytes, at);
}

interface Digests {
  update(bytes: Buffer): void;
  /** Resolves when little enough is queued to go on. */
  settled(): Promise<void>;
  finish(): Promise<ReadonlyMap<DigestAlgorithm, Buffer>>;
  /** Gives up what is not finished; nothing else may be called afterwards. */
  cancel(): void;
}

/** Content of at least this size is worth a trip to another thread. */
const LARGE_BYTES = 4 * 1024 * 1024;

/** Starts digesting; an algorithm named twice is computed once. `sizeBytes` is what is expected, if known. */
async function startDigests(
  algorithms: readonly DigestAlgorithm[],
  workers: DigestWorkers,
  sizeBytes = 0,
): Promise<Digests> {
  const hashers = new Map<DigestAlgorithm, Hasher>();
  const jobs = new Map<DigestAlgorithm, DigestJob>();
  for (const algorithm of new Set(algorithms)) {
    if (sizeBytes >= LARGE_BYTES && DigestWorkers.ALGORITHMS.has(algorithm)) {
      jobs.set(algorithm, workers.start(algorithm));
    } else hashers.set(algorithm, await createHasher(algorithm));
  }
  const all: { update(bytes: Buffer): void }[] = [...hashers.values(), ...jobs.values()];
  let ended = false;
  return {
    update(bytes) {
      for (const hasher of all) hasher.update(bytes);
    },
    async settled() {
      for (const job of jobs.values()) await job.settled();
    },
    async finish() {
      ended = true;
      const result = new Map<DigestAlgorithm, Buffer>();
      for (const [algorithm, hasher] of hashers) result.set(algorithm, hasher.digest());
      // All are asked to finish before any is waited for.
      const finishing = [...jobs].map(async ([algorithm, job]) => result.set(algorithm, await job.finish()));
      await Promise.all(finishing);
      return result;
    },
    cancel() {
      if (ended) return;
      ended = true;
      for (const hasher of hashers.values()) hasher.digest();
      for (const job of jobs.values()) job.cancel();
    },
  };
}
