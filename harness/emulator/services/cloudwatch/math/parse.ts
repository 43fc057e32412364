/**
 * Metric math as a tree: arithmetic, comparisons, logic, function calls, names of other queries. Pure.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
export type Expression =
  | { kind: 'number'; value: number }
  | { kind: 'text'; value: string }
  | { kind: 'name'; name: string }
  | { kind: 'list'; items: Expression[] }
  | { kind: 'negate'; of: Expression }
  | { kind: 'binary'; operator: string; left: Expression; right: Expression }
  | { kind: 'call'; name: string; given: Expression[] };

/** What is wrong with an expression, in AWS's words where they are known. */
export class MathError extends Error {}

const TOKEN =
  /\s*(?:(\d+\.?\d*(?:e[+-]?\d+)?|\.\d+)|"([^"]*)"|'([^']*)'|([A-Za-z_]\w*)|(<=|>=|==|!=|&&|\|\||[-+*/^<>()[\],]))/iy;
const MAX_DEPTH = 50;
/** Weakest first; operators of one row bind from the left. */
const ROWS: readonly (readonly string[])[] = [
  ['||', 'OR'],
  ['&&', 'AND'],
  ['==', '!=', '<', '>', '<=', '>='],
  ['+', '-'],
  ['*', '/'],
];

interface Token {
  kind: 'number' | 'text' | 'name' | 'symbol' | 'end';
  text: string;
}

/** @throws MathError */
export function parseMath(source: string): Expression {
  const parser = new Parser(tokenize(source));
  const expression = parser.row(0, 0);
  parser.end();
  return expression;
}

function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  const text = source.trimEnd();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text);
    if (!match) throw new MathError('Syntax error');
    const [, number, double, single, name, symbol] = match;
    if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (name !== undefined) tokens.push({ kind: 'name', text: name });
    else if (symbol !== undefined) tokens.push({ kind: 'symbol', text: symbol });
    else tokens.push({ kind: 'text', text: double ?? single ?? '' });
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
    if (this.#next < this.#tokens.length) throw new MathError('Syntax error');
  }

  row(index: number, depth: number): Expression {
    if (depth > MAX_DEPTH) throw new MathError('Expression is too deep');
    const operators = ROWS[index];
    if (!operators) return this.#unary(depth);
    let left = this.row(index + 1, depth);
    for (;;) {
      const operator = this.#acceptOne(operators);
      if (operator === undefined) return left;
      left = { kind: 'binary', operator, left, right: this.row(index + 1, depth) };
    }
  }

  #unary(depth: number): Expression {
    if (depth > MAX_DEPTH) throw new MathError('Expression is too deep');
    if (this.#accept('-')) return { kind: 'negate', of: this.#unary(depth + 1) };
    if (this.#accept('+')) return this.#unary(depth + 1);
    return this.#power(depth);
  }

  /** Binds from the right: 2^3^2 is 2^9. */
  #power(depth: number): Expression {
    const left = this.#primary(depth);
    return this.#accept('^') ? { kind: 'binary', operator: '^', left, right: this.#unary(depth + 1) } : left;
  }

  #primary(depth: number): Expression {
    const token = this.#tokens[this.#next++] ?? { kind: 'end', text: '' };
    if (token.kind === 'number') return { kind: 'number', value: Number(token.text) };
    if (token.kind === 'text') return { kind: 'text', value: token.text };
    if (token.kind === 'name') {
      if (!this.#accept('(')) return { kind: 'name', name: token.text };
      return { kind: 'call', name: token.text.toUpperCase(), given: this.#items(')', depth) };
    }
    if (token.text === '(') {
      const inner = this.row(0, depth + 1);
      if (!this.#accept(')')) throw new MathError('Syntax error');
      return inner;
    }
    if (token.text === '[') return { kind: 'list', items: this.#items(']', depth) };
    throw new MathError('Syntax error');
  }

  #items(close: string, depth: number): Expression[] {
    const items: Expression[] = [];
    if (this.#accept(close)) return items;
    do items.push(this.row(0, depth + 1));
    while (this.#accept(','));
    if (!this.#accept(close)) throw new MathError('Syntax error');
    return items;
  }

  #accept(symbol: string): boolean {
    const token = this.#tokens[this.#next];
    if (token?.kind !== 'symbol' || token.text !== symbol) return false;
    this.#next++;
    return true;
  }

  #acceptOne(operators: readonly string[]): string | undefined {
    const token = this.#tokens[this.#next];
    if (token?.kind !== 'symbol' && token?.kind !== 'name') return undefined;
    const text = token.kind === 'name' ? token.text.toUpperCase() : token.text;
    if (!operators.includes(text)) return undefined;
    this.#next++;
    return text;
  }
}
