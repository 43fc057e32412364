/**
 * Regular expressions of JSONata with a time limit: one with several unbounded repetitions can backtrack for
 * years on thirty characters, so it runs where V8 can interrupt it.
 */
import { createContext, Script } from 'node:vm';

const TIMEOUT_MS = 1_000;
const REPETITION = /[*+{]/g;

/** Evaluates `pattern.exec(text)`; the sandbox holds these two values and nothing else. */
const run = new Script('pattern.lastIndex = from; result = pattern.exec(text); from = pattern.lastIndex;');
const sandbox: { pattern?: RegExp; text?: string; from?: number; result?: RegExpExecArray | null } = {};
const context = createContext(sandbox);

export class BoundedRegExp {
  readonly #pattern: RegExp;
  readonly #risky: boolean;

  constructor(pattern: RegExp) {
    this.#pattern = new RegExp(pattern.source, pattern.flags);
    this.#risky = (pattern.source.match(REPETITION)?.length ?? 0) > 1;
  }

  get lastIndex(): number {
    return this.#pattern.lastIndex;
  }

  set lastIndex(index: number) {
    this.#pattern.lastIndex = index;
  }

  /** @throws Error with code ERR_SCRIPT_EXECUTION_TIMEOUT after a second */
  exec(text: string): RegExpExecArray | null {
    if (!this.#risky) return this.#pattern.exec(text);
    sandbox.pattern = this.#pattern;
    sandbox.text = text;
    sandbox.from = this.#pattern.lastIndex;
    run.runInContext(context, { timeout: TIMEOUT_MS });
    return sandbox.result ?? null;
  }
}
