/**
 * Queries of CloudWatch Logs Insights: `fields | filter | parse | stats | sort | limit | display | dedup`.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
 */
import { LinearRegExp } from '../../../../core/linear-regexp.ts';
import { wildcardCaptures } from '../wildcard.ts';
import { AGGREGATES } from './aggregates.ts';
import { parseExpression, regexOf } from './parse-expression.ts';
import { type Command, type Expression, type Named, QueryError } from './syntax.ts';
import { TokenReader } from './token-reader.ts';
import { tokenize } from './tokenize.ts';

export const MAX_ROWS = 10_000;
const EXPECTED =
  '{K_PARSE, K_FIELDS, K_DISPLAY, K_FILTER, K_STATS, K_SORT, K_ORDER, K_HEAD, K_LIMIT, K_TAIL, K_DEDUP}';
const NOT_SERVED = new Set([
  'pattern',
  'diff',
  'anomaly',
  'join',
  'lookup',
  'unmask',
  'unnest',
  'source',
  'search',
]);

type CommandParser = (reader: TokenReader) => Command;

const COMMANDS: { readonly [name: string]: CommandParser } = {
  fields: (reader) => ({ kind: 'fields', columns: parseColumns(reader) }),
  display: (reader) => ({ kind: 'display', columns: parseColumns(reader) }),
  filter: (reader) => ({ kind: 'filter', condition: withoutAggregates(reader, parseExpression(reader)) }),
  where: (reader) => COMMANDS['filter']!(reader),
  parse: parseParse,
  stats: parseStats,
  sort: parseSort,
  order: parseSort,
  limit: (reader) => ({ kind: 'limit', count: parseCount(reader), from: 'head' }),
  head: (reader) => ({ kind: 'limit', count: parseCount(reader), from: 'head' }),
  tail: (reader) => ({ kind: 'limit', count: parseCount(reader), from: 'tail' }),
  dedup: (reader) => ({ kind: 'dedup', by: parseColumns(reader).map(({ expression }) => expression) }),
};

/** @throws QueryError */
export function parseQuery(query: string): Command[] {
  const reader = new TokenReader(query, tokenize(query));
  const commands: Command[] = [];
  do commands.push(parseCommand(reader));
  while (reader.accept('|'));
  if (reader.peek.kind !== 'end') throw reader.unexpected("'|'");
  return commands;
}

function parseCommand(reader: TokenReader): Command {
  const { peek: token } = reader;
  const name = token.kind === 'word' ? token.text.toLowerCase() : '';
  if (NOT_SERVED.has(name))
    throw new QueryError(`The command ${token.text} is not served`, token.start, token.end);
  const parse = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!parse) throw reader.unexpected(EXPECTED);
  reader.take();
  return parse(reader);
}

function parseNamed(reader: TokenReader): Named {
  const { start } = reader.peek;
  const expression = parseExpression(reader);
  const text = reader.query.slice(start, reader.lastEnd);
  if (reader.accept('as')) return { name: parseName(reader), expression };
  return { name: expression.kind === 'field' ? expression.name : text, expression };
}

function parseColumns(reader: TokenReader): Named[] {
  const columns: Named[] = [];
  do {
    const column = parseNamed(reader);
    withoutAggregates(reader, column.expression);
    columns.push(column);
  } while (reader.accept(','));
  return columns;
}

function parseName(reader: TokenReader): string {
  const { kind, text } = reader.peek;
  if (kind !== 'word' && kind !== 'quoted') throw reader.unexpected('a name');
  reader.take();
  return text;
}

function parseParse(reader: TokenReader): Command {
  const of: Expression =
    reader.peek.kind === 'string' || reader.peek.kind === 'regex'
      ? { kind: 'field', name: '@message' }
      : parseExpression(reader);
  const token = reader.take();
  if (token.kind === 'regex') {
    const { source, flags } = regexOf(token);
    const pattern = new LinearRegExp(source, flags);
    const names = [...source.matchAll(/\(\?<([A-Za-z_]\w*)>/g)].map((match) => match[1]!);
    if (names.length === 0) {
      throw new QueryError('The regular expression of parse has no named group', token.start, token.end);
    }
    const capture = (text: string) => {
      const groups = pattern.groups(text);
      return groups && names.map((name) => groups[name]);
    };
    return { kind: 'parse', of, capture, names };
  }
  if (token.kind !== 'string') throw new QueryError('parse expects a pattern', token.start, token.end);
  reader.expect('as');
  const names = [parseName(reader)];
  while (reader.accept(',')) names.push(parseName(reader));
  const parts = token.text.split('*');
  if (parts.length - 1 !== names.length) {
    throw new QueryError(
      `parse expects ${parts.length - 1} names for the wildcards of its pattern, found ${names.length}`,
      token.start,
      token.end,
    );
  }
  return { kind: 'parse', of, capture: wildcardCaptures(parts), names };
}

function parseStats(reader: TokenReader): Command {
  const columns: Named[] = [];
  do {
    const { peek: token } = reader;
    const column = parseNamed(reader);
    if (!hasAggregate(column.expression)) {
      throw new QueryError(
        `stats expects an aggregation, found '${column.name}'`,
        token.start,
        reader.lastEnd,
      );
    }
    columns.push(column);
  } while (reader.accept(','));
  return { kind: 'stats', columns, by: reader.accept('by') ? parseColumns(reader) : [] };
}

function parseSort(reader: TokenReader): Command {
  reader.accept('by');
  const keys = [];
  do {
    const by = parseExpression(reader);
    const descending = reader.accept('desc');
    if (!descending) reader.accept('asc');
    // `sort count(*) desc` means the column that stats has called so.
    keys.push({ by: hasAggregate(by) ? columnOf(reader, by) : by, descending });
  } while (reader.accept(','));
  return { kind: 'sort', keys };
}

function columnOf(reader: TokenReader, by: Expression): Expression {
  const end = reader.lastEnd;
  const text = reader.query.slice(0, end);
  const match = /([A-Za-z_]\w*\([^()]*\))(?:\s+(?:asc|desc))?$/i.exec(text);
  return match ? { kind: 'field', name: match[1]! } : by;
}

function parseCount(reader: TokenReader): number {
  const { kind, text } = reader.peek;
  const count = Number(text);
  if (kind !== 'number' || !Number.isInteger(count) || count < 1 || count > MAX_ROWS) {
    throw reader.unexpected(`a number from 1 to ${MAX_ROWS}`);
  }
  reader.take();
  return count;
}

function hasAggregate(expression: Expression): boolean {
  switch (expression.kind) {
    case 'call':
      return AGGREGATES.has(expression.name) || expression.given.some(hasAggregate);
    case 'binary':
      return hasAggregate(expression.left) || hasAggregate(expression.right);
    case 'unary':
      return hasAggregate(expression.of);
    default:
      return false;
  }
}

function withoutAggregates(reader: TokenReader, expression: Expression): Expression {
  if (!hasAggregate(expression)) return expression;
  throw new QueryError('Aggregations are allowed in stats alone', reader.lastEnd, reader.lastEnd);
}
