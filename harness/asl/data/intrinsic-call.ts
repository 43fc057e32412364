/**
 * Calls of intrinsic functions in definitions, `States.Format('Hello {}', $.name)`: parsed once, nested at most
 * ten deep as AWS documents, then evaluated against a scope.
 */

import type { Json } from '../../core/json.ts';
import { exactNumber } from '../../core/json-parse.ts';
import { printJson } from '../../core/json-print.ts';
import { INTRINSICS } from './intrinsics/index.ts';
import { type Intrinsic, IntrinsicError } from './intrinsics/intrinsic.ts';
import { PathSyntaxError } from './jsonpath/syntax.ts';
import { type JsonPath, parsePath } from './jsonpath.ts';
import { AslFailure, type Evaluator, type Scope } from './scope.ts';

const MAX_NESTING = 10;
const NAME = /States\.[A-Za-z0-9]+/y;
const NUMBER = /[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;
const SPACES = /\s*/y;

/** Thrown for text that is not a call of one of the 18 functions. */
export class IntrinsicSyntaxError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'IntrinsicSyntaxError';
  }
}

type Argument =
  | { kind: 'literal'; value: Json; raw?: string }
  | { kind: 'path'; path: JsonPath }
  | { kind: 'call'; call: Call };

interface Call {
  name: string;
  intrinsic: Intrinsic;
  values: Argument[];
  /** The call as it stands in the definition, for error texts. */
  text: string;
}

/** A parsed call with the paths it reads. */
export interface IntrinsicExpression {
  readonly paths: readonly JsonPath[];
  readonly name: string;
  readonly evaluate: Evaluator;
}

/** Parses a call; throws IntrinsicSyntaxError. */
export function parseIntrinsicCall(text: string): IntrinsicExpression {
  const parser = new CallParser(text);
  const call = parser.call(1);
  parser.end();
  return { paths: parser.paths, name: call.name, evaluate: (scope) => evaluate(call, scope) };
}

function evaluate(call: Call, scope: Scope): Json {
  const values = call.values.map((argument) => {
    if (argument.kind === 'literal') return argument.value;
    if (argument.kind === 'call') return evaluate(argument.call, scope);
    const value = argument.path.find(scope);
    if (value !== undefined) return value;
    throw failure(
      call,
      `The JsonPath argument for the field '${argument.path.text}' could not be found in the input '${printJson(scope.input)}'`,
    );
  });
  const first = call.values[0];
  const literalTemplate = first?.kind === 'literal' ? first.raw : undefined;
  try {
    return call.intrinsic.apply(values, { random: scope.random, literalTemplate });
  } catch (error) {
    if (error instanceof IntrinsicError) {
      throw failure(call, `Invalid ${error.subject} in ${call.name}${error.detail}`);
    }
    throw error;
  }
}

function failure(call: Call, reason: string): AslFailure {
  return new AslFailure(
    'States.Runtime',
    `There was an error while evaluating the intrinsic function: ${call.text}. ${reason}`,
  );
}

class CallParser {
  readonly paths: JsonPath[] = [];
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  end(): void {
    this.#match(SPACES);
    if (this.#at < this.#text.length) this.#fail('unexpected text after the call');
  }

  call(nesting: number): Call {
    if (nesting > MAX_NESTING) this.#fail(`functions are nested more than ${MAX_NESTING} deep`);
    const start = this.#at;
    const name = this.#match(NAME) ?? '';
    const intrinsic = INTRINSICS.get(name);
    if (!intrinsic) this.#fail('no such function');
    this.#match(SPACES);
    const values = this.#values(nesting);
    if (values.length < intrinsic.minArguments || values.length > intrinsic.maxArguments) {
      this.#fail(`wrong number of arguments for ${name}`);
    }
    return { name, intrinsic, values, text: this.#text.slice(start, this.#at) };
  }

  #values(nesting: number): Argument[] {
    if (!this.#take('(')) this.#fail("expected '('");
    const values: Argument[] = [];
    this.#match(SPACES);
    if (this.#take(')')) return values;
    for (;;) {
      values.push(this.#argument(nesting));
      this.#match(SPACES);
      if (this.#take(')')) return values;
      if (!this.#take(',')) this.#fail("expected ',' or ')'");
      this.#match(SPACES);
    }
  }

  #argument(nesting: number): Argument {
    const next = this.#text[this.#at];
    if (next === "'") return this.#string();
    if (next === '$') return this.#path();
    if (next === 'S') return { kind: 'call', call: this.call(nesting + 1) };
    const number = this.#match(NUMBER);
    if (number !== undefined) return { kind: 'literal', value: exactNumber(number.replace(/^\+/, '')) };
    const word = this.#match(WORD);
    if (word !== undefined) return { kind: 'literal', value: word === 'null' ? null : word === 'true' };
    return this.#fail('expected an argument');
  }

  /** Only `\'`, `\{`, `\}` and `\\` are escapes; AWS refuses any other (recorded: illegal escapes). */
  #string(): Argument {
    const start = ++this.#at;
    let value = '';
    for (; this.#at < this.#text.length; this.#at++) {
      const character = this.#text[this.#at]!;
      if (character === "'") {
        const raw = this.#text.slice(start, this.#at++);
        return { kind: 'literal', value, raw };
      }
      if (character === '\\') {
        this.#at++;
        if (!"'{}\\".includes(this.#text[this.#at] ?? '?')) this.#fail('unknown escape');
      }
      value += this.#text[this.#at];
    }
    return this.#fail('the text is not closed');
  }

  /** A path runs to the comma or parenthesis that is not inside its own brackets, parentheses or quotes. */
  #path(): Argument {
    const start = this.#at;
    let depth = 0;
    let quote: string | undefined;
    for (; this.#at < this.#text.length; this.#at++) {
      const character = this.#text[this.#at]!;
      if (quote !== undefined) {
        if (character === '\\') this.#at++;
        else if (character === quote) quote = undefined;
      } else if ((character === "'" || character === '"') && depth > 0) quote = character;
      else if (character === '[' || character === '(') depth++;
      else if (depth === 0 && (character === ',' || character === ')')) break;
      else if (character === ']' || character === ')') depth--;
    }
    const text = this.#text.slice(start, this.#at).trim();
    try {
      const path = parsePath(text);
      this.paths.push(path);
      return { kind: 'path', path };
    } catch (error) {
      if (error instanceof PathSyntaxError) this.#fail(`invalid path ${text}`);
      throw error;
    }
  }

  #take(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found) this.#at += found.length;
    return found || undefined;
  }

  #fail(message: string): never {
    throw new IntrinsicSyntaxError(`${message} at character ${this.#at + 1}`);
  }
}
