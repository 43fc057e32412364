/**
 * Tokens of a recording: `any` stands for any value, `bind` for one text, the same everywhere in the case.
 * Matching rule 1 of the corpus' README.md.
 */
export type Tokens = { [token: string]: 'any' | 'bind' };
export type Bindings = ReadonlyMap<string, string>;

interface Piece {
  text: string;
  token: boolean;
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** The tokens of one case; splits texts and matches them. */
export class TokenSet {
  readonly tokens: Tokens;
  /** False where the texts compared come from a mock file, whose members have an order of their own. */
  readonly ordered: boolean;
  /** Tokens that may stand inside longer texts; longer ones are recognised first. */
  readonly #inner: RegExp | undefined;

  constructor(tokens: Tokens, options: { ordered?: boolean } = {}) {
    this.tokens = tokens;
    this.ordered = options.ordered ?? true;
    const inner = Object.keys(tokens)
      .filter((token) => tokens[token] === 'bind' || token.startsWith('<'))
      .sort((a, b) => b.length - a.length);
    this.#inner = inner.length > 0 ? new RegExp(`(${inner.map(escaped).join('|')})`) : undefined;
  }

  split(text: string): Piece[] {
    if (!this.#inner) return [{ text, token: false }];
    return text
      .split(this.#inner)
      .map((piece, i) => ({ text: piece, token: i % 2 === 1 }))
      .filter((piece) => piece.text !== '');
  }

  isAny(text: string): boolean {
    return this.tokens[text] === 'any';
  }

  /** The bindings after `actual` matched `expected`, or undefined. */
  match(expected: string, actual: string, bindings: Bindings): Bindings | undefined {
    if (expected === actual) return bindings;
    const pieces = this.split(expected);
    if (!pieces.some((piece) => piece.token)) return undefined;
    const groups = new Map<string, number>();
    const pattern = pieces.map((piece) => this.#patternOf(piece, bindings, groups)).join('');
    const found = new RegExp(`^${pattern}$`, 's').exec(actual);
    if (!found) return undefined;
    const extended = new Map(bindings);
    for (const [token, group] of groups) extended.set(token, found[group]!);
    return extended;
  }

  #patternOf({ text, token }: Piece, bindings: Bindings, groups: Map<string, number>): string {
    if (!token) return escaped(text);
    if (this.tokens[text] === 'any') return '.+?';
    const bound = bindings.get(text);
    // A recording that shows the token literally is a match too.
    if (bound !== undefined) return `(?:${escaped(bound)}|${escaped(text)})`;
    const group = groups.get(text);
    if (group !== undefined) return `\\${group}`;
    groups.set(text, groups.size + 1);
    return '(.+?)';
  }

  /** `text` with bound tokens put in. */
  fill(text: string, bindings: Bindings): string {
    return this.split(text)
      .map((piece) => (piece.token ? (bindings.get(piece.text) ?? piece.text) : piece.text))
      .join('');
  }
}
