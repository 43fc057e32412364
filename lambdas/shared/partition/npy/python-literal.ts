/** What a NumPy header can hold: a dict becomes a Map, a list or tuple an array. */
export type PythonValue = string | number | boolean | PythonValue[] | Map<string, PythonValue>;

const MAX_DEPTH = 16;

/** Reads a literal of dicts, lists, tuples, strings, integers and booleans; undefined for anything else. */
export function parsePythonLiteral(text: string): PythonValue | undefined {
  const reader = new LiteralReader(text);
  const value = reader.value(0);
  return value !== undefined && reader.atEnd() ? value : undefined;
}

class LiteralReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  atEnd(): boolean {
    this.#space();
    // NumPy pads with spaces and a newline; older writers with NUL.
    return /^\0*$/.test(this.#text.slice(this.#at));
  }

  value(depth: number): PythonValue | undefined {
    if (depth > MAX_DEPTH) return undefined;
    this.#space();
    switch (this.#text[this.#at]) {
      case '{':
        return this.#dict(depth);
      case '[':
        return this.#items('[', ']', depth);
      case '(':
        return this.#items('(', ')', depth);
      case "'":
      case '"':
        return this.#string();
      default:
        return this.#word();
    }
  }

  #space(): void {
    while (' \t\r\n'.includes(this.#text[this.#at] ?? 'x')) this.#at++;
  }

  #accept(character: string): boolean {
    this.#space();
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #dict(depth: number): Map<string, PythonValue> | undefined {
    this.#accept('{');
    const entries = new Map<string, PythonValue>();
    while (!this.#accept('}')) {
      const key = this.value(depth + 1);
      if (typeof key !== 'string' || !this.#accept(':')) return undefined;
      const value = this.value(depth + 1);
      if (value === undefined) return undefined;
      entries.set(key, value);
      if (!this.#accept(',')) return this.#accept('}') ? entries : undefined;
    }
    return entries;
  }

  #items(open: string, close: string, depth: number): PythonValue[] | undefined {
    this.#accept(open);
    const items: PythonValue[] = [];
    while (!this.#accept(close)) {
      const item = this.value(depth + 1);
      if (item === undefined) return undefined;
      items.push(item);
      if (!this.#accept(',')) return this.#accept(close) ? items : undefined;
    }
    return items;
  }

  /** Escapes do not occur in what NumPy writes, except of quotes and backslashes in field names. */
  #string(): string | undefined {
    const quote = this.#text[this.#at++];
    let value = '';
    for (; this.#at < this.#text.length; this.#at++) {
      let character = this.#text[this.#at]!;
      if (character === quote) {
        this.#at++;
        return value;
      }
      if (character === '\\') character = this.#text[++this.#at] ?? '';
      value += character;
    }
    return undefined;
  }

  #word(): number | boolean | undefined {
    const word = /^(?:True|False|-?\d{1,15}L?)/.exec(this.#text.slice(this.#at, this.#at + 20))?.[0];
    if (word === undefined) return undefined;
    this.#at += word.length;
    if (word === 'True') return true;
    if (word === 'False') return false;
    // Python 2 wrote `3L`.
    return Number.parseInt(word, 10);
  }
}
