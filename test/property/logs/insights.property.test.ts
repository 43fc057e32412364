import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseQuery } from '../../../harness/emulator/services/logs/insights/parse-query.ts';
import { QueryRun } from '../../../harness/emulator/services/logs/insights/run-query.ts';
import { QueryError } from '../../../harness/emulator/services/logs/insights/syntax.ts';

const event = (message: string, i: number) => ({
  log: '0:g',
  logStream: 's',
  timestampMs: i * 1000,
  ingestionMs: i * 1000,
  message,
  ptr: String(i),
});

function rowsOf(query: string, messages: readonly string[]) {
  const run = new QueryRun(parseQuery(query), { nowMs: 0 });
  for (const [i, message] of messages.entries()) run.add(event(message, i));
  return run.finish();
}

const word = fc.constantFrom(
  ...'fields filter stats parse sort limit display dedup by as and or not like in count(*) avg( ( ) [ ] , | = != =~ / /a/ "x" @message a.b 1 5m bin( # \n ` \\'.split(
    ' ',
  ),
);

it('any text is a query or is refused at a place within it', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(word, { maxLength: 25 }).map((words) => words.join(' ')),
      ),
      (text) => {
        try {
          rowsOf(text, ['a', '{"a":{"b":1}}']);
        } catch (error) {
          if (!(error instanceof QueryError)) throw error;
          expect(error.start).toBeGreaterThanOrEqual(0);
          expect(error.end).toBeLessThanOrEqual(text.length);
          expect(error.start).toBeLessThanOrEqual(error.end);
        }
      },
    ),
    { numRuns: 1000 },
  );
});

const number = fc.integer({ min: -1000, max: 1000 });

it('arithmetic is that of numbers, whatever the brackets', () => {
  const { tree } = fc.letrec<{ tree: { text: string; value: number } }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      number.map((value) => ({ text: value < 0 ? `(-${-value})` : String(value), value })),
      fc.tuple(tie('tree'), fc.constantFrom('+', '-', '*'), tie('tree')).map(([a, operator, b]) => ({
        text: `(${a.text} ${operator} ${b.text})`,
        value:
          operator === '+' ? a.value + b.value : operator === '-' ? a.value - b.value : a.value * b.value,
      })),
    ),
  }));
  fc.assert(
    fc.property(tree, ({ text, value }) => {
      fc.pre(Math.abs(value) < 1e15);
      const [row] = rowsOf(`display ${text} as x`, ['m']);
      expect(Number(row?.find(({ field }) => field === 'x')?.value)).toBe(value + 0);
    }),
  );
});

it('stats by a field agree with counting by hand; sort and limit with sorting by hand', () => {
  const messages = fc.array(fc.record({ k: fc.constantFrom('a', 'b', 'c'), n: number }), { maxLength: 60 });
  fc.assert(
    fc.property(messages, fc.integer({ min: 1, max: 20 }), (items, limit) => {
      const lines = items.map((item) => JSON.stringify(item));
      const counted = new Map<string, { n: number; sum: number }>();
      for (const { k, n } of items) {
        const found = counted.get(k) ?? { n: 0, sum: 0 };
        counted.set(k, { n: found.n + 1, sum: found.sum + n });
      }
      const rows = rowsOf('stats count(*) as n, sum(n) as s by k', lines);
      const found = rows.map((row) => Object.fromEntries(row.map(({ field, value }) => [field, value])));
      expect(new Map(found.map(({ k, n, s }) => [k, { n: Number(n), sum: Number(s) }]))).toEqual(counted);
      const sorted = rowsOf(`display n | sort n desc | limit ${limit}`, lines);
      const byHand = items.map(({ n }) => n).sort((a, b) => b - a);
      expect(sorted.map((row) => Number(row[0]?.value))).toEqual(byHand.slice(0, limit));
    }),
  );
});
