/** The matcher itself, against the worked examples of the corpus. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../harness/core/json.ts';
import { CORPUS_DIR, CORPUS_EXISTS } from './corpus.ts';
import { matchValue } from './matcher/match.ts';
import { type EventOrder, matchEvents } from './matcher/match-events.ts';
import { TokenSet, type Tokens } from './matcher/tokens.ts';

interface Example {
  id: string;
  why: string;
  expected: Json;
  actual: Json;
  placeholders: Tokens;
  events?: boolean;
  eventOrder?: EventOrder;
  result: 'match' | 'mismatch';
}

const examples: Example[] = CORPUS_EXISTS
  ? JSON.parse(readFileSync(join(CORPUS_DIR, 'matcher-examples.json'), 'utf8')).examples
  : [];

describe.skipIf(!CORPUS_EXISTS)('worked examples of the matching rule', () => {
  it.each(examples)('$id: $why', (example) => {
    const tokens = new TokenSet(example.placeholders);
    const match = example.events
      ? matchEvents(
          tokens,
          example.expected as Json[],
          example.actual as Json[],
          example.eventOrder!,
          new Map(),
        )
      : matchValue(tokens, example.expected, example.actual, new Map());
    expect('bindings' in match ? 'match' : 'mismatch').toBe(example.result);
  });
});

describe('tokens', () => {
  const tokens = new TokenSet({ '<a>': 'bind', '<a_b>': 'bind', date: 'any', '<when>': 'any' });
  it('recognise longer names first and bind the shortest text', () => {
    const found = tokens.match('<a_b>:<a>', 'x:y:z', new Map());
    expect(Object.fromEntries(found!)).toEqual({ '<a_b>': 'x', '<a>': 'y:z' });
  });
  it('stand for one text only', () => {
    expect(tokens.match('<a>-<a>', 'x-x', new Map())).toBeDefined();
    expect(tokens.match('<a>-<a>', 'x-y', new Map())).toBeUndefined();
  });
  it('that are bare words match whole values only', () => {
    expect(tokens.match('a date', 'a day', new Map())).toBeUndefined();
    expect(tokens.match('at <when>', 'at noon', new Map())).toBeDefined();
  });
});
