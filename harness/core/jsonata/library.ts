/**
 * The JSONata library of the version AWS runs, made synchronous: the interpreter is pure and never awaits. Version 2
 * awaits the functions it calls; none of ours gives a promise, so the library's own text without `async` and `await` is
 * the same program. Its regular expressions are replaced by ones with a time limit, and every visit of a node and every
 * turn of its longer loops is reported, so that an evaluation can be bounded.
 */
import { readFileSync } from 'node:fs';
import { Script } from 'node:vm';
import { lazily } from '../lazily.ts';
import { loadPackage } from '../load-package.ts';
import { BoundedRegExp } from './bounded-regexp.ts';
import { enterNode, leaveNode, takeInnerStep, takeStep, takeValues } from './bounds.ts';

/** A node of the parsed expression; only what the harness reads of it. */
export interface AstNode {
  type?: string;
  value?: unknown;
  lhs?: unknown;
  arguments?: unknown;
  [member: string]: unknown;
}

export interface Expression {
  ast(): AstNode;
  /** `undefined` when the expression selects nothing. Throws {@link JsonataError} or RangeError. */
  evaluate(input: unknown, bindings: Readonly<Record<string, unknown>>): unknown;
}

/** What the library throws: plain objects, not Errors. */
interface JsonataError {
  code?: string;
  message?: string;
  position?: number;
}

interface LibraryExpression extends Expression {
  assign(name: symbol, value: unknown): void;
}

type Compile = (text: string, options: { RegexEngine: unknown }) => LibraryExpression;

const jsonata = lazily((): Compile => {
  const path = loadPackage.resolve('jsonata');
  const module = { exports: {} as unknown };
  const script = new Script(
    `(function (module, exports, require, takeStep, takeInnerStep, takeValues) {${synchronous(readFileSync(path, 'utf8'))}\n})`,
    {
      filename: path,
    },
  );
  script.runInThisContext()(module, module.exports, loadPackage, takeStep, takeInnerStep, takeValues);
  return module.exports as Compile;
});

/** Each pattern must be found: a version that is written in another way is not taken. */
const EDITS: readonly [RegExp, string][] = [
  [/\basync\s+(?=function\b|\()/g, ''],
  [/\bawait\s+/g, ''],
  [/\bPromise\.all\(/g, '('],
  [/utils\.isPromise;/g, '() => false;'],
  [/if\(size > 1e7\) \{/g, 'takeValues(size); if(size > 1e7) {'],
  [/function isDeepEqual\(lhs, rhs\) \{/g, '$& takeInnerStep();'],
  [/JSON\.stringify\(arg, function \(key, val\) \{/g, '$& takeStep();'],
];

function synchronous(source: string): string {
  let text = source;
  for (const [pattern, replacement] of EDITS) {
    if (!pattern.test(text)) throw new Error(`jsonata is not of the version expected: no ${pattern.source}`);
    text = text.replace(pattern, replacement);
  }
  return text;
}

/** Parses an expression; throws {@link JsonataError} with code `S...`. */
export function parseExpression(text: string): Expression {
  const expression = jsonata()(text, { RegexEngine: BoundedRegExp });
  expression.assign(Symbol.for('jsonata.__evaluate_entry'), enterNode);
  expression.assign(
    Symbol.for('jsonata.__evaluate_exit'),
    (_node: unknown, _input: unknown, _environment: unknown, result: unknown) => leaveNode(result),
  );
  return expression;
}

/** `T1006: Attempted to invoke a non-function`, as AWS prints it. */
export function describeJsonataError(error: unknown): string {
  if (error instanceof RangeError) return `${STACK_OVERFLOW.code}: ${STACK_OVERFLOW.message}`;
  // The library runs into what it did not check; JavaScript's words mean nothing to the author of an expression.
  if (error instanceof TypeError) return 'D1002: The expression cannot be evaluated with these values';
  const { code, message } = error as JsonataError;
  const text = message ?? String(error);
  return code === undefined ? text : `${code}: ${text}`;
}

const STACK_OVERFLOW = {
  code: 'U1001',
  message: 'Stack overflow error: check for non-terminating recursive functions',
};
