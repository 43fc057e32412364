/** Several digests over one stream of bytes. */
import { createHasher, type DigestAlgorithm, type Hasher } from './algorithms.ts';
import { type DigestJob, DigestWorkers } from './digest-workers.ts';

export interface Digests {
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
export async function startDigests(
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
