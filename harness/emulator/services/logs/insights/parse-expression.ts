/** Expressions, by recursive descent; weakest operators first. */
import { AGGREGATES } from './aggregates.ts';
import { FUNCTIONS } from './functions.ts';
import { type Expression, QueryError } from './syntax.ts';
import type { TokenReader } from './token-reader.ts';
import { durationMs, type Token } from './tokenize.ts';

const COMPARISONS = ['=', '!=', '<', '<=', '>', '>=', '=~', 'like', 'in'];
const MAX_DEPTH = 100;
/** Words that cannot be fields. */
const RESERVED = new Set(['as', 'by', 'and', 'or', 'not', 'like', 'in', 'asc', 'desc']);

/** @throws QueryError */
export function parseExpression(reader: TokenReader, depth = 0): Expression {
  if (depth > MAX_DEPTH) {
    throw new QueryError('the expression is nested too deep', reader.peek.start, reader.peek.end);
  }
  let left = parseAnd(reader, depth);
  while (reader.accept('or')) left = { kind: 'binary', operator: 'or', left, right: parseAnd(reader, depth) };
  return left;
}

function parseAnd(reader: TokenReader, depth: number): Expression {
  let left = parseNot(reader, depth);
  while (reader.accept('and'))
    left = { kind: 'binary', operator: 'and', left, right: parseNot(reader, depth) };
  return left;
}

function parseNot(reader: TokenReader, depth: number): Expression {
  if (depth > MAX_DEPTH) {
    throw new QueryError('the expression is nested too deep', reader.peek.start, reader.peek.end);
  }
  if (reader.accept('not')) return { kind: 'unary', operator: 'not', of: parseNot(reader, depth + 1) };
  return parseComparison(reader, depth);
}

function parseComparison(reader: TokenReader, depth: number): Expression {
  const left = parseSum(reader, depth);
  const isNegated = reader.is('not') && reader.accept('not');
  const operator = COMPARISONS.find((one) => reader.accept(one));
  if (operator === undefined) {
    if (isNegated) throw reader.unexpected("{'like', 'in'}");
    return left;
  }
  const right = operator === 'in' ? parseList(reader, depth) : parseSum(reader, depth);
  const compared: Expression = { kind: 'binary', operator, left, right };
  return isNegated ? { kind: 'unary', operator: 'not', of: compared } : compared;
}

function parseList(reader: TokenReader, depth: number): Expression {
  reader.expect('[');
  const items = parseItems(reader, ']', depth);
  return { kind: 'list', items };
}

function parseItems(reader: TokenReader, close: string, depth: number): Expression[] {
  const items: Expression[] = [];
  if (reader.accept(close)) return items;
  do items.push(parseExpression(reader, depth + 1));
  while (reader.accept(','));
  reader.expect(close);
  return items;
}

const row =
  (operators: readonly string[], next: (reader: TokenReader, depth: number) => Expression) =>
  (reader: TokenReader, depth: number): Expression => {
    let left = next(reader, depth);
    for (;;) {
      const operator = operators.find((one) => reader.accept(one));
      if (operator === undefined) return left;
      left = { kind: 'binary', operator, left, right: next(reader, depth) };
    }
  };

const parseProduct = row(['*', '/', '%'], parsePower);
const parseSum = row(['+', '-'], parseProduct);

function parsePower(reader: TokenReader, depth: number): Expression {
  if (depth > MAX_DEPTH) {
    throw new QueryError('the expression is nested too deep', reader.peek.start, reader.peek.end);
  }
  if (reader.accept('-')) return { kind: 'unary', operator: '-', of: parsePower(reader, depth + 1) };
  const left = parsePrimary(reader, depth);
  if (!reader.accept('^')) return left;
  return { kind: 'binary', operator: '^', left, right: parsePower(reader, depth + 1) };
}

function parsePrimary(reader: TokenReader, depth: number): Expression {
  const { peek: token } = reader;
  const isReserved = token.kind === 'word' && RESERVED.has(token.text.toLowerCase());
  if (token.kind === 'end' || isReserved || (token.kind === 'symbol' && token.text !== '(')) {
    throw reader.unexpected('a field, a value or a function');
  }
  reader.take();
  if (token.kind === 'number') return { kind: 'literal', value: Number(token.text) };
  if (token.kind === 'duration') return { kind: 'duration', ms: durationMs(token.text) };
  if (token.kind === 'string') return { kind: 'literal', value: token.text };
  if (token.kind === 'regex') return regexOf(token);
  if (token.kind === 'quoted') return { kind: 'field', name: token.text };
  if (token.kind === 'symbol') {
    const inner = parseExpression(reader, depth + 1);
    reader.expect(')');
    return inner;
  }
  if (/^(?:true|false)$/i.test(token.text)) {
    return { kind: 'literal', value: token.text.toLowerCase() === 'true' };
  }
  return reader.accept('(') ? parseCall(reader, token, depth) : { kind: 'field', name: token.text };
}

/** Of aggregations, where it is not one; `count()` is `count(*)`. */
const LEAST_ARGUMENTS: ReadonlyMap<string, number> = new Map([
  ['count', 0],
  ['pct', 2],
  ['percentile', 2],
]);

function parseCall(reader: TokenReader, { text, start, end }: Token, depth: number): Expression {
  const name = text.toLowerCase();
  if (!FUNCTIONS.has(name) && !AGGREGATES.has(name)) {
    throw new QueryError(`Invalid function name ${text}`, start, end);
  }
  if (name === 'count' && reader.accept('*')) {
    reader.expect(')');
    return { kind: 'call', name, given: [] };
  }
  const given = parseItems(reader, ')', depth);
  const least = LEAST_ARGUMENTS.get(name) ?? (AGGREGATES.has(name) ? 1 : 0);
  if (given.length < least) {
    throw new QueryError(
      `Invalid arguments for ${text}: expected ${least}, found ${given.length}`,
      start,
      end,
    );
  }
  return { kind: 'call', name, given };
}

/** `(?i)` at the beginning is a flag here. @throws QueryError */
export function regexOf({ text, start, end }: Token): Extract<Expression, { kind: 'regex' }> {
  const insensitive = text.startsWith('(?i)');
  const source = insensitive ? text.slice(4) : text;
  const flags = insensitive ? ('i' as const) : ('' as const);
  try {
    new RegExp(source, flags);
  } catch {
    throw new QueryError(`Invalid regular expression /${text}/`, start, end);
  }
  return { kind: 'regex', source, flags };
}
