/**
 * Regular expressions of JSONata with a time limit: one with several unbounded repetitions can backtrack for
 * years on thirty characters, and one with a single repetition takes the square of a long text, so they run where V8
 * can interrupt them.
 */
import { createContext, Script } from 'node:vm';
import { monotonicMs } from '../monotonic.ts';
import { chargeMs, grantedMs, takeInnerStep } from './bounds.ts';

const TIMEOUT_MS = 1_000;
const REPETITION = /[*+{]/g;
/** Characters on which a single repetition is quick whatever it meets. */
const SHORT = 1_000;

/** Evaluates `pattern.exec(text)`; the sandbox holds these two values and nothing else. */
const run = new Script('result = pattern.exec(text)');
const sandbox: { pattern?: RegExp; text?: string; result?: RegExpExecArray | null } = {};
const context = createContext(sandbox);

export class BoundedRegExp {
  readonly #pattern: RegExp;
  readonly #repetitions: number;

  constructor(pattern: RegExp) {
    this.#pattern = new RegExp(pattern.source, pattern.flags);
    this.#repetitions = pattern.source.match(REPETITION)?.length ?? 0;
  }

  get lastIndex(): number {
    return this.#pattern.lastIndex;
  }

  set lastIndex(index: number) {
    this.#pattern.lastIndex = index;
  }

  /** @throws Error of the bounds when it takes too long */
  exec(text: string): RegExpExecArray | null {
    takeInnerStep();
    if (this.#repetitions === 0 || (this.#repetitions === 1 && text.length <= SHORT))
      return this.#pattern.exec(text);
    sandbox.pattern = this.#pattern;
    sandbox.text = text;
    const startMs = monotonicMs();
    let ended = true;
    try {
      run.runInContext(context, { timeout: Math.ceil(grantedMs(TIMEOUT_MS)) });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
      ended = false;
    }
    chargeMs(monotonicMs() - startMs, ended);
    return sandbox.result ?? null;
  }
}
