/** Text to segments. Total: every text either parses or throws PathSyntaxError. */
import { memberKey } from '../../../core/json.ts';
import { exactNumber } from '../../../core/json-parse.ts';
import {
  type Condition,
  type FilterPath,
  type FunctionName,
  type Operand,
  type Operator,
  PathSyntaxError,
  type Root,
  type Segment,
} from './syntax.ts';

const FUNCTIONS: readonly string[] = ['length', 'min', 'max', 'avg', 'sum', 'stddev', 'keys'];
const WORD_OPERATORS: readonly Operator[] = [
  'in',
  'nin',
  'subsetof',
  'anyof',
  'noneof',
  'contains',
  'size',
  'empty',
];
/** No real path comes near; bounds the recursion over nested filters. */
const MAX_DEPTH = 64;
const MAX_LENGTH = 100_000;

const WORD = /[^\s.[\]()'"*?@,:!=<>&|$]+/uy;
const VARIABLE = /[\p{ID_Start}_][\p{ID_Continue}]*/uy;
const INTEGER = /-?\d{1,15}/y;
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const OPERATOR = /==|!=|<=|>=|<|>/y;
const SPACES = /\s*/y;

/** Parses a whole path: `$...`, `$$...` or `$variable...`. */
export function parsePathText(text: string): { root: Root; segments: Segment[] } {
  if (text.length > MAX_LENGTH) throw new PathSyntaxError('The path is too long', MAX_LENGTH);
  const parser = new PathParser(text);
  const root = parser.root();
  const segments = parser.segments(0);
  parser.end();
  return { root, segments };
}

class PathParser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  root(): Root {
    this.#expect('$');
    if (this.#take('$')) return { kind: 'context' };
    const name = this.#match(VARIABLE);
    return name === undefined ? { kind: 'input' } : { kind: 'variable', name };
  }

  /** AWS takes spaces after a path (its own samples have them). */
  end(): void {
    this.#spaces();
    if (this.#at < this.#text.length) this.#fail('Unexpected character');
  }

  segments(depth: number): Segment[] {
    const segments: Segment[] = [];
    for (;;) {
      if (this.#take('..')) {
        segments.push({ kind: 'descent' });
        segments.push(this.#peek() === '[' ? this.#bracket(depth) : this.#dotted());
      } else if (this.#take('.')) {
        segments.push(this.#peek() === '[' ? this.#bracket(depth) : this.#dotted());
      } else if (this.#peek() === '[') {
        segments.push(this.#bracket(depth));
      } else {
        return segments;
      }
      const before = segments.at(-2);
      if (before?.kind === 'function') this.#fail('A function ends the path');
    }
  }

  #dotted(): Segment {
    if (this.#take('*')) return { kind: 'wildcard' };
    const name = this.#match(WORD);
    if (name === undefined) this.#fail('Expected a property name');
    if (this.#peek() === '(') {
      if (!FUNCTIONS.includes(name)) this.#fail(`Function of name ${name} cannot be created`);
      this.#expect('(');
      this.#spaces();
      this.#expect(')');
      return { kind: 'function', name: name as FunctionName };
    }
    return { kind: 'property', name: memberKey(name) };
  }

  #bracket(depth: number): Segment {
    this.#expect('[');
    this.#spaces();
    const segment = this.#bracketBody(depth);
    this.#spaces();
    this.#expect(']');
    return segment;
  }

  #bracketBody(depth: number): Segment {
    const next = this.#peek();
    if (next === '*') {
      this.#at++;
      return { kind: 'wildcard' };
    }
    if (next === '?') return this.#filter(depth);
    if (next === "'" || next === '"') {
      const names = this.#list(() => memberKey(this.#quoted()));
      return names.length === 1 ? { kind: 'property', name: names[0]! } : { kind: 'properties', names };
    }
    const from = this.#integer();
    this.#spaces();
    if (this.#peek() === ':') return this.#slice(from);
    if (from === undefined) this.#fail('Expected an index, a name in quotes, *, a slice or a filter');
    const indices = [from];
    while (this.#take(',')) {
      this.#spaces();
      indices.push(this.#integer() ?? this.#fail('Expected an index'));
      this.#spaces();
    }
    return indices.length === 1 ? { kind: 'index', index: from } : { kind: 'indices', indices };
  }

  #slice(from: number | undefined): Segment {
    this.#expect(':');
    this.#spaces();
    const to = this.#integer();
    this.#spaces();
    let step = 1;
    if (this.#take(':')) {
      this.#spaces();
      step = this.#integer() ?? 1;
      if (step < 1) this.#fail('A slice steps forward');
    }
    return { kind: 'slice', from, to, step };
  }

  #filter(depth: number): Segment {
    const start = this.#at;
    if (depth >= MAX_DEPTH) this.#fail('Filters are nested too deeply');
    this.#expect('?');
    this.#spaces();
    this.#expect('(');
    const test = this.#disjunction(depth + 1);
    this.#expect(')');
    return { kind: 'filter', text: this.#text.slice(start, this.#at), test };
  }

  #disjunction(depth: number): Condition {
    if (depth >= MAX_DEPTH) this.#fail('Filters are nested too deeply');
    const all = [this.#conjunction(depth)];
    while (this.#operator('||')) all.push(this.#conjunction(depth));
    return all.length === 1 ? all[0]! : { kind: 'or', all };
  }

  #conjunction(depth: number): Condition {
    const all = [this.#condition(depth)];
    while (this.#operator('&&')) all.push(this.#condition(depth));
    return all.length === 1 ? all[0]! : { kind: 'and', all };
  }

  #condition(depth: number): Condition {
    this.#spaces();
    if (depth >= MAX_DEPTH) this.#fail('Filters are nested too deeply');
    if (this.#take('!')) return { kind: 'not', condition: this.#condition(depth + 1) };
    if (this.#take('(')) {
      const inner = this.#disjunction(depth + 1);
      this.#spaces();
      this.#expect(')');
      this.#spaces();
      return inner;
    }
    const left = this.#operand(depth);
    this.#spaces();
    const operator = (this.#match(OPERATOR) ?? this.#wordOperator()) as Operator | undefined;
    if (operator === undefined) {
      if (left.kind !== 'path') this.#fail('Expected an operator');
      return { kind: 'exists', path: left.path };
    }
    this.#spaces();
    const right = this.#operand(depth);
    this.#spaces();
    return { kind: 'compare', operator, left, right };
  }

  #wordOperator(): Operator | undefined {
    const start = this.#at;
    const word = this.#match(WORD)?.toLowerCase() as Operator | undefined;
    if (word !== undefined && WORD_OPERATORS.includes(word)) return word;
    this.#at = start;
    return undefined;
  }

  #operand(depth: number): Operand {
    const next = this.#peek();
    if (next === '@' || next === '$') {
      this.#at++;
      const path: FilterPath = {
        from: next === '@' ? 'element' : 'root',
        segments: this.segments(depth + 1),
      };
      return { kind: 'path', path };
    }
    if (next === "'" || next === '"') return { kind: 'literal', value: this.#quoted(true) };
    if (next === '[') {
      this.#at++;
      this.#spaces();
      if (this.#take(']')) return { kind: 'literal', value: [] };
      const values = this.#list(() => {
        const item = this.#operand(depth);
        return item.kind === 'literal' ? item.value : this.#fail('A list holds literals only');
      });
      this.#expect(']');
      return { kind: 'literal', value: values };
    }
    const number = this.#match(NUMBER);
    if (number !== undefined) return { kind: 'literal', value: exactNumber(number) };
    const word = this.#match(WORD);
    if (word === 'true' || word === 'false') return { kind: 'literal', value: word === 'true' };
    if (word === 'null') return { kind: 'literal', value: null };
    // AWS's own samples compare with text without quotes: [?(@.Key==Name)].
    if (word !== undefined) return { kind: 'literal', value: word };
    return this.#fail('Expected a path or a literal');
  }

  #list<T>(item: () => T): T[] {
    const items = [item()];
    this.#spaces();
    while (this.#take(',')) {
      this.#spaces();
      items.push(item());
      this.#spaces();
    }
    return items;
  }

  /**
   * A text in quotes. A backslash keeps a quote from ending it; in a name it is part of the name itself but before
   * the quote that the name stands in (recorded in test_base_scenarios), in a value it escapes any character.
   */
  #quoted(isValue = false): string {
    const quote = this.#text[this.#at];
    if (quote !== "'" && quote !== '"') this.#fail('Expected a name in quotes');
    this.#at++;
    let value = '';
    for (; this.#at < this.#text.length; this.#at++) {
      const character = this.#text[this.#at]!;
      if (character === quote) {
        this.#at++;
        return value;
      }
      if (character === '\\') {
        const next = this.#text[++this.#at];
        if (!isValue && next !== quote) value += character;
      }
      value += this.#text[this.#at] ?? '';
    }
    return this.#fail('The quote is not closed');
  }

  #integer(): number | undefined {
    const digits = this.#match(INTEGER);
    return digits === undefined ? undefined : Number(digits);
  }

  #operator(text: '&&' | '||'): boolean {
    this.#spaces();
    return this.#take(text);
  }

  #peek(): string | undefined {
    return this.#text[this.#at];
  }

  #take(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #expect(text: string): void {
    if (!this.#take(text)) this.#fail(`Expected '${text}'`);
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found) this.#at += found.length;
    return found || undefined;
  }

  #spaces(): void {
    this.#match(SPACES);
  }

  #fail(message: string): never {
    throw new PathSyntaxError(message, this.#at);
  }
}
