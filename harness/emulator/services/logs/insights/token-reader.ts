import { QueryError } from './syntax.ts';
import { lineOf, type Token } from './tokenize.ts';

/** Walks over the tokens of a query. */
export class TokenReader {
  readonly query: string;
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(query: string, tokens: readonly Token[]) {
    this.query = query;
    this.#tokens = tokens;
  }

  get peek(): Token {
    return this.#tokens[this.#next]!;
  }

  /** End of the token read last. */
  get lastEnd(): number {
    return this.#tokens[this.#next - 1]?.end ?? 0;
  }

  take(): Token {
    const token = this.peek;
    if (token.kind !== 'end') this.#next++;
    return token;
  }

  /** Goes past a symbol or keyword, if it is the next. */
  accept(text: string): boolean {
    if (!this.is(text)) return false;
    this.#next++;
    return true;
  }

  is(text: string): boolean {
    const { kind, text: found } = this.peek;
    return (kind === 'symbol' && found === text) || (kind === 'word' && found.toLowerCase() === text);
  }

  /** @throws QueryError */
  expect(text: string): void {
    if (!this.accept(text)) throw this.unexpected(`'${text}'`);
  }

  unexpected(expected: string): QueryError {
    const { text, start, end } = this.peek;
    return new QueryError(
      `mismatched input '${text}' expecting ${expected} at line ${lineOf(this.query, start)}`,
      start,
      end,
    );
  }
}
