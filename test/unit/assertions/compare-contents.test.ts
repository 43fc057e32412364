import { describe, expect, it } from 'vitest';
import { compareContents, type KeyedValue } from '../../../harness/assertions/compare-contents.ts';
import type { Json } from '../../../harness/core/json.ts';

const ITEMS: KeyedValue[] = [
  { key: 'a', value: { id: 'a', name: 'Ada', price: '10.00', quantity: '1' } },
  { key: 'b', value: { id: 'b', name: 'Bob', price: '20.00', quantity: '2' } },
  { key: 'c', value: { id: 'c', name: 'Cy', price: '30.00', quantity: '3' } },
  { key: 'd', value: { id: 'd', name: 'Di', price: '40.00', quantity: '4' } },
];
const FIELDS = { total: '$number(price) * $number(quantity)' };
const TOTALS = [10, 40, 90, 160];
const NAMES = ['Ada', 'Bob', 'Cy', 'Di'];

const results = (totals: readonly Json[], names: readonly Json[] = NAMES): KeyedValue[] =>
  totals.map((total, row) => ({
    key: ITEMS[row]!.key,
    value: { id: ITEMS[row]!.key, name: names[row]!, total },
  }));

describe('compareContents', () => {
  it('says nothing of results with their own data', () => {
    expect(compareContents(ITEMS, results(TOTALS), { fields: FIELDS })).toEqual([]);
    expect(compareContents(ITEMS, results(TOTALS), {})).toEqual([]);
  });

  it.each<[string, KeyedValue[], RegExp]>([
    [
      'exchanged',
      results([40, 10, 90, 160]),
      /^2 of 4 results have another total than their item says: a has 40 instead of 10, which is that of b/,
    ],
    ['shifted', results([40, 90, 160, 10]), /shifted: each has that of the item 1 after it/],
    ['shifted back', results([160, 10, 40, 90]), /shifted: each has that of the item 1 before it/],
    ['constant', results([10, 10, 10, 10]), /^3 of 4 results have another total/],
    ['rescaled', results([10, 60, 90, 160]), /b has 60 instead of 40$/],
    ['no number', results([10, null, 90, 160]), /b has null instead of 40$/],
    [
      'missing',
      results(TOTALS).map(({ key, value }) => ({
        key,
        value: { ...(value as object), total: undefined as never },
      })),
      /^4 of 4 results have no total/,
    ],
    ['keys alone', ITEMS.map(({ key }) => ({ key })), /^4 results have no members to compare: a, b, c, d/],
  ])('tells data that is %s', (_, wrong, message) => {
    expect(compareContents(ITEMS, wrong, { fields: FIELDS }).join('; ')).toMatch(message);
  });

  it('compares members that results take over, without being told', () => {
    expect(compareContents(ITEMS, results(TOTALS, ['Ada', 'Cy', 'Bob', 'Di']), {})).toEqual([
      expect.stringMatching(
        /^2 of 4 results have another name.*b has "Cy" instead of "Bob", which is that of c/,
      ),
    ]);
    // All are wrong, but they are the items' own.
    expect(compareContents(ITEMS, results(TOTALS, ['Bob', 'Cy', 'Di', 'Ada']), {})).toEqual([
      expect.stringMatching(/^4 of 4 results have another name.*shifted/),
    ]);
  });

  it('takes members that most results have otherwise for computed ones', () => {
    expect(compareContents(ITEMS, results(TOTALS, ['ADA', 'BOB', 'CY', 'DI']), {})).toEqual([]);
    expect(
      compareContents(ITEMS, results(TOTALS, ['Ada', 'Bob', 'Cy', 'DI']), { changed: ['name'] }),
    ).toEqual([]);
  });

  it('tells copies among results that are known by their names', () => {
    const value = (text: string) => ({ text: text.repeat(80) });
    const named = [
      { key: 'a', value: value('x') },
      { key: 'b', value: value('x') },
      { key: 'c', value: value('y') },
    ];
    expect(compareContents(ITEMS, named, {})).toEqual([
      "1 results are copies of another item's: b has that of a",
    ]);
    const same = ITEMS.map(({ key }) => ({ key, value: { poem: 'the same' } }));
    expect(compareContents(same, named, {})).toEqual([]);
  });

  it('compares numbers with their texts and within the last bits', () => {
    const items = [{ key: 'a', value: { id: 'a', x: '0.30' } }];
    expect(compareContents(items, [{ key: 'a', value: { x: 0.1 + 0.2 } }], { fields: { x: 'x' } })).toEqual(
      [],
    );
  });

  it('computes from items that are lists', () => {
    const items = [{ key: 'a', value: [1, 2, 3] }];
    const rules = { fields: { count: '$count($)' } };
    expect(compareContents(items, [{ key: 'a', value: { count: 3 } }], rules)).toEqual([]);
    expect(compareContents(items, [{ key: 'a', value: { count: 2 } }], rules)).toHaveLength(1);
  });

  it('names an expression that fails', () => {
    const [problem] = compareContents(ITEMS, results(TOTALS), { fields: { total: '$number(name)' } });
    expect(problem).toMatch(/^total of a: \$number\(name\) fails/);
  });
});
