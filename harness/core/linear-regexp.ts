/**
 * Regular expressions of users, on texts of others, in bounded time. V8's engine backtracks: `(a+)+$` takes years for
 * thirty characters, `\s+$` minutes for a long line of blanks. It is used while its greatest number of steps, which
 * follows from the expression's repetitions and the text's length, is small: common expressions on lines of a log
 * stay as fast as V8 makes them. All others run on RE2's engine, in time linear in the text.
 */
import { createContext, Script } from 'node:vm';
import type * as re2js from 're2js';
import { loadPackage } from './load-package.ts';

/** A few milliseconds in V8. */
const MAX_STEPS = 4_000_000;
/** For expressions that RE2 does not know: lookaround and back-references. */
const TIMEOUT_MS = 50;

export class LinearRegExp {
  readonly #native: RegExp;
  readonly #maxLength: number;
  /** Absent until it is needed, `null` for an expression that RE2 does not know. */
  #linear: re2js.RE2JS | null | undefined;

  /** @throws SyntaxError as RegExp does */
  constructor(source: string, flags: '' | 'i' = '') {
    this.#native = new RegExp(source, flags);
    this.#maxLength = safeLength(source);
  }

  /** @throws Error when an expression with lookaround or back-references takes too long */
  test(text: string): boolean {
    if (text.length <= this.#maxLength) return this.#native.test(text);
    const linear = this.#compiled();
    return linear ? linear.test(text) : this.#interruptible(text) !== null;
  }

  /** What the named groups hold; nothing where the text does not match. @throws Error as `test` does */
  groups(text: string): { [name: string]: string | undefined } | undefined {
    if (text.length <= this.#maxLength) return this.#native.exec(text)?.groups;
    const linear = this.#compiled();
    if (!linear) return this.#interruptible(text)?.groups;
    const matcher = linear.matcher(text);
    if (!matcher.find()) return undefined;
    const names = Object.keys(linear.namedGroups());
    return Object.fromEntries(names.map((name) => [name, matcher.group(name) ?? undefined]));
  }

  #compiled(): re2js.RE2JS | null {
    if (this.#linear === undefined) {
      const { RE2JS } = loadPackage('re2js') as typeof re2js;
      const flags = this.#native.ignoreCase ? RE2JS.CASE_INSENSITIVE : 0;
      try {
        this.#linear = RE2JS.compile(this.#native.source.replaceAll('(?<', '(?P<'), flags);
      } catch {
        this.#linear = null;
      }
    }
    return this.#linear;
  }

  #interruptible(text: string): RegExpExecArray | null {
    const sandbox: { pattern: RegExp; text: string; result?: RegExpExecArray | null } = {
      pattern: this.#native,
      text,
    };
    try {
      EXEC.runInContext(createContext(sandbox), { timeout: TIMEOUT_MS });
    } catch {
      throw new Error(`The regular expression /${this.#native.source}/ takes too long.`);
    }
    return sandbox.result ?? null;
  }
}

const EXEC = new Script('result = pattern.exec(text)');

/**
 * The greatest length of a text on which V8 takes no more than `MAX_STEPS`. With k repetitions, none within another, an
 * expression divides a text of n characters in at most C(n + k + 1, k + 1) ways. A repeated group may hold anything.
 */
export function safeLength(source: string): number {
  // Classes and escapes hold no operators.
  const bare = source.replace(/\\.|\[(?:\\.|[^\]\\])*\]/gs, 'c').replace(/\(\?(?:<?[=!]|:|<\w+>)/g, '(');
  if (/\)[*+{]/.test(bare)) return 0;
  // An alternative within a group is a way to go on, as one more or one less is.
  const choices = bare.includes('(') ? /[*+{?|]/g : /[*+{?]/g;
  const repetitions = bare.match(choices)?.length ?? 0;
  if (repetitions === 0) return Number.POSITIVE_INFINITY;
  // Within a hundredth.
  let length = 1;
  while (divisions(length, repetitions) <= MAX_STEPS) length *= 1.01;
  return Math.floor(length);
}

function divisions(length: number, repetitions: number): number {
  let ways = 1;
  for (let i = 1; i <= repetitions + 1; i++) ways *= (length + i) / i;
  return ways;
}
