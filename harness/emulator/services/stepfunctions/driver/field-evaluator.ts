/**
 * Evaluates JSONata that is too expensive for the event loop in a worker thread, one field after another. The thread
 * starts with the first such field and keeps nobody alive. One that overruns the bounds of an evaluation, which only a
 * fault of the library can do, is ended.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { EvaluationData } from '../../../../asl/data/deferred.ts';
import { evaluateField } from '../../../../asl/data/evaluate-field.ts';
import type { Evaluated, JsonataField } from '../../../../asl/data/scope.ts';
import { afterThisTurn } from '../../../../core/after-this-turn.ts';
import { type Cancel, wallClock } from '../../../../core/clock.ts';
import type { Json } from '../../../../core/json.ts';
import { parseJson } from '../../../../core/json-parse.ts';
import { printJson } from '../../../../core/json-print.ts';
import { packageRoot } from '../../../../core/package-root.ts';

/** Well beyond the time that the expressions of a field have themselves. */
const LONGEST_MS = 60_000;
const MEMORY_MB = 512;

interface Job {
  field: JsonataField;
  data: EvaluationData;
  resolve(outcome: Evaluated): void;
}

/** What the worker is sent: JSON texts, which keep exact numbers. */
export interface FieldRequest {
  name: string;
  value: string;
  data: string;
}

export class FieldEvaluator {
  readonly #log: (text: string) => void;
  readonly #waiting: Job[] = [];
  #running: Job | undefined;
  #worker: Worker | undefined;
  /** Real time: a thread takes it whatever the time of the executions. */
  readonly #clock = wallClock({ unref: true });
  #cancelEnd: Cancel | undefined;

  constructor(log: (text: string) => void) {
    this.#log = log;
  }

  /** Never rejects. */
  evaluate(field: JsonataField, data: EvaluationData): Promise<Evaluated> {
    return new Promise((resolve) => {
      this.#waiting.push({ field, data, resolve });
      this.#next();
    });
  }

  async stop(): Promise<void> {
    this.#waiting.length = 0;
    this.#running = undefined;
    this.#cancelEnd?.();
    await this.#worker?.terminate();
    this.#worker = undefined;
  }

  #next(): void {
    if (this.#running) return;
    const job = this.#waiting.shift();
    if (!job) {
      this.#worker?.unref();
      return;
    }
    this.#running = job;
    this.#worker ??= this.#start();
    const { field, data } = job;
    if (!this.#worker) {
      // Sources that were never built have no worker; the bounds of an evaluation hold here too.
      afterThisTurn(() => this.#settle(evaluateField(field.value, field.name, data)));
      return;
    }
    this.#worker.ref();
    const request: FieldRequest = {
      name: field.name,
      value: printJson(field.value),
      data: printJson(data as unknown as Json),
    };
    this.#worker.postMessage(request);
    this.#cancelEnd = this.#clock.after(LONGEST_MS, () => void this.#worker?.terminate());
  }

  #start(): Worker | undefined {
    const program = join(packageRoot(), 'dist', 'field-worker.js');
    if (!existsSync(program)) return undefined;
    const worker = new Worker(program, {
      name: 'jsonata',
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
    });
    let reason = 'Expression evaluation timeout: check for infinite loop';
    worker.on('message', (text: string) => this.#settle(parseJson(text) as unknown as Evaluated));
    worker.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ERR_WORKER_OUT_OF_MEMORY')
        reason = 'Expression evaluation memory limit exceeded: Check for excessive memory usage';
      else this.#log(`the JSONata worker failed: ${error.stack ?? error.message}`);
    });
    worker.on('exit', () => {
      if (this.#worker !== worker) return;
      this.#worker = undefined;
      const name = this.#running?.field.name ?? '';
      this.#settle({
        error: 'States.QueryEvaluationError',
        causeText: `The JSONata expression specified for the field '${name}' threw an error during evaluation. U1001: ${reason}`,
        location: name,
      });
    });
    return worker;
  }

  #settle(outcome: Evaluated): void {
    this.#cancelEnd?.();
    const job = this.#running;
    this.#running = undefined;
    job?.resolve(outcome);
    this.#next();
  }
}
