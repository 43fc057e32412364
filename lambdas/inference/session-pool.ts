/**
 * One session per vCPU, each in a thread of its own with samples of its own. Where a session's threads share the
 * operators of one run they wait for each other some 400 times a run: on two cores that gives 1.7 to 1.8 times one
 * core's speed, two sessions give twice. The price is a copy of the weights per thread.
 *
 * Invariant: a worker answers in the order it was asked.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { BANDS, IMAGE_FLOATS } from '../shared/partition/partition.ts';
import { PipelineError, type PipelineErrorCode } from '../shared/pipeline-error.ts';
import type { Predicted, Session } from './session.ts';

/** `samples`: images of `count` samples, behind them their magnitudes. */
export type ToWorker = { file: string; name: string } | { samples: Float32Array<ArrayBuffer>; count: number };

/** Answers to each message; `samples` is given back to be filled again. */
export type ToPool =
  | (Partial<Predicted> & { samples?: Float32Array<ArrayBuffer> })
  | { failed: { code: PipelineErrorCode | undefined; message: string } };

/** Samples of one call, at most. */
export const CALL_SAMPLES = 32;
/** Calls per worker that are under way at once: one it works on, one that waits, so it is never idle between. */
const CALLS_PER_WORKER = 2;

/** The worker's code as the bundle has it; run from its sources the function has none, and no pool. */
const WORKER_FILE = join(__dirname, 'session-worker.js');

export const poolAvailable = (): boolean => existsSync(WORKER_FILE);

/** What the pool asks of `worker_threads.Worker`. */
export type PoolWorker = Pick<Worker, 'postMessage' | 'on' | 'ref' | 'unref' | 'terminate'>;

export class SessionPool implements Session {
  /** Calls that may be unfinished while the caller prepares the next. */
  readonly ahead: number;
  readonly #threads: Thread[];
  readonly #spare: Float32Array<ArrayBuffer>[] = [];

  /** Starts the threads; `onLost` is told when one dies, after which the pool is of no use. */
  constructor(threads: number, onLost: () => void, start: () => PoolWorker = () => new Worker(WORKER_FILE)) {
    this.ahead = threads * CALLS_PER_WORKER - 1;
    this.#threads = Array.from({ length: threads }, () => new Thread(start(), onLost));
  }

  /** Loads the model in every thread. Errors: `PipelineError.ModelContract`. */
  async open(file: string, name: string): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.ask({ file, name })));
  }

  /** Redshifts of at most CALL_SAMPLES samples, which are copied before this returns. */
  async predict(images: Float32Array, magnitudes: Float32Array, count: number): Promise<Predicted> {
    const samples = this.#spare.pop() ?? new Float32Array(CALL_SAMPLES * (IMAGE_FLOATS + BANDS.length));
    samples.set(images.subarray(0, count * IMAGE_FLOATS));
    samples.set(magnitudes.subarray(0, count * BANDS.length), count * IMAGE_FLOATS);
    const thread = this.#threads.reduce((best, one) => (one.waiting < best.waiting ? one : best));
    const answer = await thread.ask({ samples, count }, [samples.buffer]);
    if (answer.samples) this.#spare.push(answer.samples);
    const { redshifts, mixtures } = answer;
    return { redshifts: redshifts!, ...(mixtures && { mixtures }) };
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.close()));
  }
}

interface Call {
  resolve: (answer: Exclude<ToPool, { failed: unknown }>) => void;
  reject: (error: Error) => void;
}

class Thread {
  readonly #worker: PoolWorker;
  readonly #calls: Call[] = [];
  #lost: Error | undefined;

  constructor(worker: PoolWorker, onLost: () => void) {
    this.#worker = worker;
    worker.on('message', (answer: ToPool) => {
      const call = this.#calls.shift();
      // An idle thread does not keep the process alive; one at work must.
      if (this.#calls.length === 0) worker.unref();
      if (!('failed' in answer)) call?.resolve(answer);
      else {
        const { code, message } = answer.failed;
        call?.reject(code === undefined ? new Error(message) : new PipelineError(code, message));
      }
    });
    const lose = (error: Error) => {
      this.#lost ??= error;
      for (const call of this.#calls.splice(0)) call.reject(this.#lost);
      onLost();
    };
    worker.on('error', lose);
    worker.on('exit', (code: number) => lose(new Error(`a thread of the model ended with code ${code}`)));
    worker.unref();
  }

  get waiting(): number {
    return this.#calls.length;
  }

  ask(message: ToWorker, transfer: ArrayBuffer[] = []): Promise<Exclude<ToPool, { failed: unknown }>> {
    return new Promise((resolve, reject) => {
      if (this.#lost) {
        reject(this.#lost);
        return;
      }
      this.#calls.push({ resolve, reject });
      this.#worker.ref();
      this.#worker.postMessage(message, transfer);
    });
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}
