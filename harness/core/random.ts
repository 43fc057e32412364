/**
 * Randomness from outside: everything random in the harness (data, jitter, faults, ids of seeded runs) draws
 * from a `Random`, so that one seed gives one run.
 */
export interface Random {
  /** Uniform in [0, 1), 53 bits. */
  next(): number;
  /** Uniform unsigned 32-bit integer. */
  uint32(): number;
  /** An independent generator named `label`, the same for the same parent seed and label. */
  fork(label: string): Random;
}

/** splitmix-style mixing of a string into 32-bit words (FNV-1a start, murmur3 finaliser). */
function hashLabel(text: string, salt: number): number {
  let h = 0x811c9dc5 ^ salt;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** sfc32 (Chris Doty-Humphrey, PractRand): 128-bit state, passes PractRand beyond 32 TB, quick in JavaScript. */
class Sfc32 implements Random {
  readonly #seed: string;
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: string) {
    this.#seed = seed;
    this.#a = hashLabel(seed, 0x9e3779b9) | 0;
    this.#b = hashLabel(seed, 0x243f6a88) | 0;
    this.#c = hashLabel(seed, 0xb7e15162) | 0;
    for (let i = 0; i < 12; i++) this.uint32();
  }

  uint32(): number {
    const t = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (this.#c << 21) | (this.#c >>> 11);
    this.#c = (this.#c + t) | 0;
    return t >>> 0;
  }

  next(): number {
    const high = this.uint32() >>> 5;
    const low = this.uint32() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }

  fork(label: string): Random {
    return new Sfc32(`${this.#seed}/${label}`);
  }
}

/** A generator seeded by a number or text; equal seeds give equal sequences on every platform. */
export function seededRandom(seed: number | string): Random {
  return new Sfc32(String(seed));
}
