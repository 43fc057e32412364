/**
 * The JSONata library behind a typed door. Version 1.8 is used because it can evaluate without promises: the
 * interpreter is pure. Its global regular-expression engine is replaced by one with a time limit.
 */
import { lazily } from '../../../core/lazily.ts';
import { loadPackage } from '../../../core/load-package.ts';
import { BoundedRegExp } from './bounded-regexp.ts';

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

type Compile = (text: string, options: { RegexEngine: unknown }) => Expression;
const jsonata = lazily(() => loadPackage('jsonata') as Compile);

/** Parses an expression; throws {@link JsonataError} with code `S...`. */
export function parseExpression(text: string): Expression {
  return jsonata()(text, { RegexEngine: BoundedRegExp });
}

/** `T1006: Attempted to invoke a non-function`, as AWS prints it. */
export function describeJsonataError(error: unknown): string {
  if (error instanceof RangeError)
    return 'U1001: Stack overflow error: check for non-terminating recursive functions';
  const { code, message } = error as JsonataError;
  const text = message ?? String(error);
  return code === undefined ? text : `${code}: ${text}`;
}
