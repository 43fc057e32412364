/** `{ $.a.b[0] = "x" && ($.n > 3 || $.c NOT EXISTS) }`: a recursive-descent parser into a predicate. */
import { type ComparisonOperator, comparison, type Operand } from './comparison.ts';
import { invalidPattern, type MessageFilter } from './message-filter.ts';

type Predicate = (event: unknown) => boolean;

const TOKEN =
  /\s*(?:(&&|\|\||!=|<=|>=|[()=<>])|"((?:[^"\\]|\\.)*)"|%([^%]+)%|((?:\$[^\s=!<>()&|]*(?:\["[^"]*"\][^\s=!<>()&|]*)*)|[^\s=!<>()&|"]+))/y;
/** Deeper nesting than this is no pattern a person writes. */
const MAX_DEPTH = 50;

interface Token {
  kind: 'symbol' | 'operand' | 'word';
  text: string;
  quoted?: boolean;
  isRegex?: boolean;
}

/** @throws AwsError InvalidParameterException */
export function parseJsonPattern(text: string): MessageFilter {
  if (!text.endsWith('}')) throw invalidPattern();
  const parser = new Parser(tokenize(text.slice(1, -1)));
  const predicate = parser.expression(0);
  parser.end();
  return (message) => {
    // Not every line is JSON; such a line matches no JSON pattern.
    if (!/^\s*[{[]/.test(message)) return false;
    let event: unknown;
    try {
      event = JSON.parse(message);
    } catch {
      return false;
    }
    return predicate(event);
  };
}

/** The selectors (`$.a.b`) of a JSON pattern, each once. */
export const selectorsIn = (text: string): string[] => [
  ...new Set(
    tokenize(text.slice(1, -1)).flatMap(({ kind, text: word }) =>
      kind === 'word' && word.startsWith('$') ? [word] : [],
    ),
  ),
];

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  const source = text.trimEnd();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < source.length) {
    const match = TOKEN.exec(source);
    if (!match) throw invalidPattern();
    const [, symbol, phrase, regex, word] = match;
    if (symbol !== undefined) tokens.push({ kind: 'symbol', text: symbol });
    else if (phrase !== undefined)
      tokens.push({ kind: 'operand', text: phrase.replace(/\\(.)/g, '$1'), quoted: true });
    else if (regex !== undefined) tokens.push({ kind: 'operand', text: regex, isRegex: true });
    else tokens.push({ kind: 'word', text: word! });
  }
  return tokens;
}

class Parser {
  readonly #tokens: Token[];
  #next = 0;

  constructor(tokens: Token[]) {
    this.#tokens = tokens;
  }

  end(): void {
    if (this.#next < this.#tokens.length) throw invalidPattern();
  }

  /** `||` binds weaker than `&&`. */
  expression(depth: number): Predicate {
    if (depth > MAX_DEPTH) throw invalidPattern();
    const alternatives = [this.#conjunction(depth)];
    while (this.#accept('||')) alternatives.push(this.#conjunction(depth));
    return alternatives.length === 1
      ? alternatives[0]!
      : (event) => alternatives.some((matches) => matches(event));
  }

  #conjunction(depth: number): Predicate {
    const terms = [this.#term(depth)];
    while (this.#accept('&&')) terms.push(this.#term(depth));
    return terms.length === 1 ? terms[0]! : (event) => terms.every((matches) => matches(event));
  }

  #term(depth: number): Predicate {
    if (this.#accept('(')) {
      const inner = this.expression(depth + 1);
      if (!this.#accept(')')) throw invalidPattern();
      return inner;
    }
    const selector = this.#take();
    if (selector.kind !== 'word' || !selector.text.startsWith('$')) throw invalidPattern();
    return this.#condition(parseSelector(selector.text));
  }

  #condition(path: Selector): Predicate {
    const token = this.#take();
    if (token.kind === 'word') {
      const first = token.text.toUpperCase();
      if (first === 'EXISTS') return (event) => select(event, path).length > 0;
      const second = this.#take().text.toUpperCase();
      if (first === 'NOT' && second === 'EXISTS') return (event) => select(event, path).length === 0;
      const expected = { NULL: null, TRUE: true, FALSE: false }[second];
      if (first !== 'IS' || expected === undefined) throw invalidPattern();
      return (event) => select(event, path).some((value) => value === expected);
    }
    if (token.kind !== 'symbol' || !/^(?:=|!=|<=|>=|<|>)$/.test(token.text)) throw invalidPattern();
    const right = this.#take();
    if (right.kind === 'symbol') throw invalidPattern();
    const operand: Operand = {
      text: right.text,
      quoted: right.quoted === true,
      isRegex: right.isRegex === true,
    };
    const compare = comparison(token.text as ComparisonOperator, operand);
    return (event) =>
      select(event, path).some(
        (value) =>
          (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') &&
          compare(typeof value === 'boolean' ? String(value) : value),
      );
  }

  #accept(symbol: string): boolean {
    const token = this.#tokens[this.#next];
    if (token?.kind !== 'symbol' || token.text !== symbol) return false;
    this.#next++;
    return true;
  }

  #take(): Token {
    const token = this.#tokens[this.#next++];
    if (!token) throw invalidPattern();
    return token;
  }
}

/** Members and indices of a property selector; `*` stands for every element. */
type Selector = (string | number | '*')[];

const STEP = /\.([^.[\]]+)|\[(\d+|\*)\]|\["([^"]*)"\]|\['([^']*)'\]/y;

function parseSelector(text: string): Selector {
  const path: Selector = [];
  STEP.lastIndex = 1;
  while (STEP.lastIndex < text.length) {
    const match = STEP.exec(text);
    if (!match) throw invalidPattern();
    const index = match[2];
    if (index !== undefined) path.push(index === '*' ? '*' : Number(index));
    else path.push((match[1] ?? match[3] ?? match[4])!);
  }
  return path;
}

function select(event: unknown, path: Selector): unknown[] {
  let values = [event];
  for (const step of path) {
    values = values.flatMap((value) => {
      if (Array.isArray(value)) {
        if (step === '*') return value;
        return typeof step === 'number' && step < value.length ? [value[step]] : [];
      }
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, String(step))) return [];
      return [(value as { [name: string]: unknown })[String(step)]];
    });
  }
  return values;
}
