/**
 * SHA-256 of files. Large ones are hashed beside the event loop, several at a time: a dataset of some hundred
 * megabytes is checked while the run's backend starts and deploys.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import type { Worker } from 'node:worker_threads';
import { loadPackage } from '../../core/load-package.ts';

/** Below this a thread costs more than it saves. */
const LARGE_BYTES = 4 * 1024 * 1024;
const MAX_WORKERS = 4;

/** The worker's whole program, as text: sources run bundled, and under test. */
const PROGRAM = `
const { parentPort } = require('node:worker_threads');
const { createHash } = require('node:crypto');
const { closeSync, openSync, readSync } = require('node:fs');
const chunk = Buffer.allocUnsafe(1024 * 1024);
parentPort.on('message', ({ job, file }) => {
  try {
    const hash = createHash('sha256');
    const descriptor = openSync(file, 'r');
    try {
      for (let read; (read = readSync(descriptor, chunk, 0, chunk.length, null)) > 0; ) {
        hash.update(chunk.subarray(0, read));
      }
    } finally {
      closeSync(descriptor);
    }
    parentPort.postMessage({ job, sha256: hash.digest('hex') });
  } catch (error) {
    parentPort.postMessage({ job, error });
  }
});`;

interface Answer {
  job: number;
  sha256?: string;
  error?: Error;
}

interface Job {
  resolve(sha256: string): void;
  reject(error: Error): void;
}

/** Threads of this process, started when first needed; they do not keep it alive. */
const workers: { worker: Worker; jobs: Map<number, Job> }[] = [];
let nextJob = 0;

/** SHA-256 of a file's bytes, hexadecimal. */
export async function hashFile(file: string, sizeBytes: number): Promise<string> {
  if (sizeBytes < LARGE_BYTES)
    return createHash('sha256')
      .update(await readFile(file))
      .digest('hex');
  const job = nextJob++;
  const { worker, jobs } = workerOf(job);
  return new Promise((resolve, reject) => {
    jobs.set(job, { resolve, reject });
    worker.ref();
    worker.postMessage({ job, file });
  });
}

function workerOf(job: number) {
  const index = job % Math.max(1, Math.min(MAX_WORKERS, availableParallelism() - 1));
  const found = workers[index];
  if (found) return found;
  const threads: typeof import('node:worker_threads') = loadPackage('node:worker_threads');
  const worker = new threads.Worker(PROGRAM, { eval: true, name: 'file-digests' });
  const jobs = new Map<number, Job>();
  worker.on('message', ({ job, sha256, error }: Answer) => {
    const waiting = jobs.get(job);
    jobs.delete(job);
    if (jobs.size === 0) worker.unref();
    if (sha256 !== undefined) waiting?.resolve(sha256);
    else waiting?.reject(error!);
  });
  const fail = (error: Error) => {
    delete workers[index];
    for (const waiting of jobs.values()) waiting.reject(error);
    jobs.clear();
  };
  worker.on('error', fail);
  worker.on('exit', () => fail(new Error('The thread that hashes files has ended.')));
  worker.unref();
  workers[index] = { worker, jobs };
  return workers[index];
}
