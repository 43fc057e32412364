/** Several digests over one stream of bytes. */
import { createHasher, type DigestAlgorithm, type Hasher } from './algorithms.ts';

export interface Digests {
  update(bytes: Buffer): void;
  /** Resolves when little enough is queued to go on. */
  settled(): Promise<void>;
  finish(): Promise<ReadonlyMap<DigestAlgorithm, Buffer>>;
  /** Gives up what is not finished; nothing else may be called afterwards. */
  cancel(): void;
}

/** Starts digesting; an algorithm named twice is computed once. */
export async function startDigests(algorithms: readonly DigestAlgorithm[]): Promise<Digests> {
  const hashers = new Map<DigestAlgorithm, Hasher>();
  for (const algorithm of algorithms) {
    if (!hashers.has(algorithm)) hashers.set(algorithm, await createHasher(algorithm));
  }
  const list = [...hashers.values()];
  let ended = false;
  return {
    update(bytes) {
      for (const hasher of list) hasher.update(bytes);
    },
    settled: async () => {},
    async finish() {
      ended = true;
      return new Map([...hashers].map(([algorithm, hasher]) => [algorithm, hasher.digest()]));
    },
    cancel() {
      if (ended) return;
      ended = true;
      for (const hasher of list) hasher.digest();
    },
  };
}
