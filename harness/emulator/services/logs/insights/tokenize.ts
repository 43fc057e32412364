/** Words of a query, with their places. `#` begins a comment. */
import { QueryError } from './syntax.ts';

export interface Token {
  kind: 'word' | 'quoted' | 'string' | 'number' | 'duration' | 'regex' | 'symbol' | 'end';
  text: string;
  start: number;
  end: number;
}

const SPACE = /(?:\s|#[^\n]*)*/y;
const TOKEN =
  /(\d+(?:\.\d+)?)(ms|mo|[smhdwqy])?(?![\w.])|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|`([^`]+)`|([@A-Za-z_][\w@]*(?:\.\w+|\[\d+\])*)|(=~|!=|<=|>=|[-+*/%^=<>()[\],|])/y;
/** Where `/` cannot divide, it begins a regular expression. */
const REGEX = /\/((?:[^/\\\n]|\\.)+)\//y;
const BEFORE_REGEX = new Set(['like', '=~', 'parse', 'in', '(', ',']);

const UNITS_MS: { readonly [unit: string]: number } = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
  mo: 30 * 86_400_000,
  q: 91 * 86_400_000,
  y: 365 * 86_400_000,
};

/** Milliseconds of a duration token's text. */
export const durationMs = (text: string): number => {
  const [, amount = '0', unit = 'ms'] = /^([\d.]+)([a-z]+)$/.exec(text) ?? [];
  return Number(amount) * (UNITS_MS[unit] ?? 1);
};

/** @throws QueryError */
export function tokenize(query: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  for (;;) {
    SPACE.lastIndex = at;
    at += SPACE.exec(query)?.[0].length ?? 0;
    if (at >= query.length) break;
    const token = regexAt(query, at, tokens) ?? tokenAt(query, at);
    tokens.push(token);
    at = token.end;
  }
  tokens.push({ kind: 'end', text: '<EOF>', start: query.length, end: query.length });
  return tokens;
}

function regexAt(query: string, at: number, before: readonly Token[]): Token | undefined {
  if (query[at] !== '/') return undefined;
  const last = before.at(-1);
  const isOperand =
    last !== undefined &&
    (last.kind !== 'symbol' || last.text === ')' || last.text === ']') &&
    !(last.kind === 'word' && BEFORE_REGEX.has(last.text.toLowerCase()));
  // `parse @message /.../`: the field stands between the command and its pattern.
  const isParsed = before.at(-2)?.text.toLowerCase() === 'parse' && before.at(-2)?.kind === 'word';
  if (isOperand && !isParsed) return undefined;
  REGEX.lastIndex = at;
  const match = REGEX.exec(query);
  return match ? { kind: 'regex', text: match[1]!, start: at, end: at + match[0].length } : undefined;
}

function tokenAt(query: string, at: number): Token {
  TOKEN.lastIndex = at;
  const match = TOKEN.exec(query);
  if (!match) {
    throw new QueryError(`unexpected symbol found ${query[at]} at line ${lineOf(query, at)}`, at, at + 1);
  }
  const [whole, number, unit, double, single, quoted, word] = match;
  const place = { start: at, end: at + whole.length };
  if (unit !== undefined) return { kind: 'duration', text: whole, ...place };
  if (number !== undefined) return { kind: 'number', text: number, ...place };
  const text = double ?? single;
  if (text !== undefined) return { kind: 'string', text: text.replace(/\\(["'\\])/g, '$1'), ...place };
  if (quoted !== undefined) return { kind: 'quoted', text: quoted, ...place };
  if (word !== undefined) return { kind: 'word', text: word, ...place };
  return { kind: 'symbol', text: whole, ...place };
}

/** `1 and position 17`, counted from one and from nought as AWS does. */
export function lineOf(query: string, at: number): string {
  const before = query.slice(0, at).split('\n');
  return `${before.length} and position ${before.at(-1)!.length}`;
}
