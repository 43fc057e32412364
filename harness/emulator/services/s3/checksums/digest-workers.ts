/**
 * Hashes of large contents beside the event loop. MD5, which every ETag needs, is slower than the network: on the
 * thread that also receives, it would set the pace of every upload.
 *
 * Owns its worker threads and the shared memory through which content reaches them. A worker starts with the first
 * large content and lives until `close`. Each content is hashed by one worker, in order; at most two slabs of it
 * are on their way, so memory does not grow with its size.
 */
import { availableParallelism } from 'node:os';
import type { Worker } from 'node:worker_threads';
import { loadPackage } from '../../../../core/load-package.ts';
import type { DigestAlgorithm } from './algorithms.ts';

const SLAB_BYTES = 1024 * 1024;
const SLABS_PER_CONTENT = 2;
const MAX_WORKERS = 4;

/**
 * The worker's whole program. As text, so that it needs no file of its own: sources run bundled, and under test.
 */
const PROGRAM = `
const { parentPort } = require('node:worker_threads');
const { createHash } = require('node:crypto');
const jobs = new Map();
const slabs = new Map();
parentPort.on('message', ({ job, start, slab, memory, length, finish }) => {
  if (memory) slabs.set(slab, new Uint8Array(memory));
  if (start) jobs.set(job, createHash(start));
  else if (slab !== undefined) {
    jobs.get(job)?.update(slabs.get(slab).subarray(0, length));
    parentPort.postMessage({ job });
  } else {
    const hash = jobs.get(job);
    jobs.delete(job);
    if (finish) parentPort.postMessage({ job, digest: hash.digest() });
  }
});`;

interface Answer {
  job: number;
  /** Absent when a slab has become free. */
  digest?: Uint8Array;
}

/** Shared memory. Handing it over costs more than hashing it: a worker gets each once, and its number from then on. */
interface Slab {
  number: number;
  memory: SharedArrayBuffer;
  bytes: Uint8Array;
}

interface DigestWorker {
  worker: Worker;
  jobs: Map<number, Job>;
  /** Numbers of the slabs that it has got. */
  slabs: Set<number>;
}

interface Job {
  onFree: () => void;
  onDigest: (digest: Buffer) => void;
  onError: (error: Error) => void;
}

/** One hash over one content. */
export interface DigestJob {
  /** Takes bytes in. Call `settled` before more than a slab's worth has gathered. */
  update(bytes: Buffer): void;
  /** Resolves when there is room for another slab. */
  settled(): Promise<void>;
  finish(): Promise<Buffer>;
  cancel(): void;
}

export class DigestWorkers {
  readonly #workers: DigestWorker[] = [];
  readonly #freeSlabs: Slab[] = [];
  #slabCount = 0;
  #nextJob = 0;
  #closed = false;

  /** Algorithms a worker computes; the CRCs are quick enough where they are. */
  static readonly ALGORITHMS: ReadonlySet<DigestAlgorithm> = new Set(['MD5', 'SHA1', 'SHA256']);

  start(algorithm: DigestAlgorithm): DigestJob {
    const job = this.#nextJob++;
    const { worker, jobs, slabs } = this.#pick(job);
    let slab: Slab | undefined;
    let filled = 0;
    let underWay: Slab[] = [];
    let failure: Error | undefined;
    let wake = () => {};
    let done: { resolve: (digest: Buffer) => void; reject: (error: Error) => void } | undefined;
    jobs.set(job, {
      onFree: () => {
        this.#freeSlabs.push(underWay.shift()!);
        wake();
      },
      onDigest: (digest) => {
        jobs.delete(job);
        done?.resolve(digest);
      },
      onError: (error) => {
        failure = error;
        done?.reject(error);
        wake();
      },
    });
    worker.postMessage({ job, start: algorithm.toLowerCase() });
    const send = () => {
      if (!slab || filled === 0) return;
      const { number, memory } = slab;
      worker.postMessage({
        job,
        slab: number,
        length: filled,
        ...(slabs.has(number) ? {} : { memory }),
      });
      slabs.add(number);
      underWay.push(slab);
      slab = undefined;
      filled = 0;
    };
    return {
      update: (bytes) => {
        for (let at = 0; at < bytes.length; ) {
          slab ??= this.#freeSlabs.pop() ?? this.#newSlab();
          const count = Math.min(SLAB_BYTES - filled, bytes.length - at);
          slab.bytes.set(bytes.subarray(at, at + count), filled);
          filled += count;
          at += count;
          if (filled === SLAB_BYTES) send();
        }
      },
      async settled() {
        while (!failure && underWay.length >= SLABS_PER_CONTENT) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
        if (failure) throw failure;
      },
      finish: () =>
        new Promise((resolve, reject) => {
          if (failure) return reject(failure);
          done = { resolve, reject };
          send();
          worker.postMessage({ job, finish: true });
        }),
      cancel: () => {
        // Slabs that are under way are not handed out again: the worker may still be reading them.
        underWay = [];
        jobs.delete(job);
        worker.postMessage({ job });
      },
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#workers.map(({ worker }) => worker.terminate()));
  }

  #newSlab(): Slab {
    const memory = new SharedArrayBuffer(SLAB_BYTES);
    return { number: this.#slabCount++, memory, bytes: new Uint8Array(memory) };
  }

  #pick(job: number): DigestWorker {
    const count = Math.max(1, Math.min(MAX_WORKERS, availableParallelism() - 1));
    const index = job % count;
    const found = this.#workers[index];
    if (found) return found;
    const threads: typeof import('node:worker_threads') = loadPackage('node:worker_threads');
    const worker = new threads.Worker(PROGRAM, { eval: true, name: 's3-digests' });
    worker.unref();
    const jobs = new Map<number, Job>();
    worker.on('message', ({ job: number, digest }: Answer) => {
      const told = jobs.get(number);
      if (digest) told?.onDigest(Buffer.from(digest.buffer, digest.byteOffset, digest.byteLength));
      else told?.onFree();
    });
    const fail = (error: Error) => {
      for (const told of jobs.values()) told.onError(error);
      jobs.clear();
      delete this.#workers[index];
    };
    worker.on('error', fail);
    worker.on('exit', () => {
      if (!this.#closed || jobs.size > 0) fail(new Error('the digest worker ended'));
    });
    const started = { worker, jobs, slabs: new Set<number>() };
    this.#workers[index] = started;
    return started;
  }
}
