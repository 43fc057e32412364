import { describe, expect, it } from 'vitest';
import { complete } from '../../../harness/assertions/complete.ts';
import { expectSchemaFor, judge } from '../../../harness/assertions/index.ts';
import { selectKeys } from '../../../harness/assertions/select-keys.ts';
import type { ItemsRecord } from '../../../harness/record/run-record.ts';
import { sampleEvidence } from './sample-record.ts';

const NAMED = {
  items: { csv: 's3://orders-in/orders.csv', key: 'order_id' },
  results: { objects: 's3://orders-out/*.json', each: '$[*].id' },
};

const judged = (items: ItemsRecord | undefined, more: object = {}) => {
  const evidence = sampleEvidence((record) => {
    delete record.pack;
    delete record.dataset;
    if (items) record.items = items;
  });
  const [verdict] = complete.evaluate(complete.schema.parse({ ...NAMED, ...more }), evidence);
  return [verdict!.outcome, verdict!.actual];
};

describe('expect.complete of named items', () => {
  it('passes when each item has exactly one result', () => {
    expect(judged({ items: ['a', 'b'], results: ['b', 'a'] })).toEqual([
      'passed',
      '2 items with one result each',
    ]);
  });

  it.each<[string, ItemsRecord | undefined, RegExp]>([
    ['one is missing', { items: ['a', 'b'], results: ['a'] }, /^1 missing: b$/],
    ['one is duplicated', { items: ['a'], results: ['a', 'a'] }, /^1 duplicated: a \(2 times\)$/],
    ['one is unknown', { items: ['a'], results: ['a', 'x'] }, /^1 unknown: x$/],
    ['an item is named twice', { items: ['a', 'a'], results: ['a'] }, /named twice among the items: a/],
    ['there are none', { items: [], results: [] }, /^there are no items$/],
    [
      'something could not be read',
      { items: ['a'], results: ['a'], problems: ['x is no JSON'] },
      /x is no JSON/,
    ],
    ['nothing was collected', undefined, /no items are known/],
  ])('fails when %s', (_, items, actual) => {
    expect(judged(items)).toEqual(['failed', expect.stringMatching(actual)]);
  });

  it('lets those be missing that are named, by key or number, and no others', () => {
    const items = { items: ['a', 'b', 'c'], results: ['a'] };
    expect(judged(items, { lost: ['b', 3] })[0]).toBe('passed');
    expect(judged(items, { lost: ['b'] })).toEqual(['failed', '1 missing: c']);
    expect(judged({ ...items, results: ['a', 'b', 'c'] }, { lost: ['b', 'c'] })[1]).toMatch(/2 not missing/);
    expect(judged(items, { lost: ['b', 'c', 'x'] })[1]).toMatch(/1 expected to be missing, but no item: x/);
  });

  it('is asked only where the scenario or a pack names items', () => {
    const names = (change: Parameters<typeof sampleEvidence>[0]) =>
      judge(expectSchemaFor('redshift').parse({}), {}, sampleEvidence(change)).map(({ path }) => path[1]);
    expect(names(() => {})).toContain('complete');
    expect(
      names((record) => {
        delete record.pack;
      }),
    ).not.toContain('complete');
    expect(
      names((record) => {
        delete record.dataset;
      }),
    ).not.toContain('complete');
  });

  it.each([
    [{ items: NAMED.items }, /belong together/],
    [{ ...NAMED, items: { csv: 's3://a-bucket/a.csv' } }, /need "key"/],
    [
      { ...NAMED, items: { csv: 's3://a-bucket/a.csv', listing: 's3://a-bucket/*', key: 'k' } },
      /items need one of/,
    ],
    [{ ...NAMED, results: { map: 'Save all' } }, /need "each"/],
  ])('refuses %j', (value, message) => {
    const issues = complete.schema.safeParse(value).error?.issues ?? [];
    expect(issues.map((issue) => issue.message).join()).toMatch(message);
  });
});

describe('selectKeys', () => {
  it.each<[string, unknown, string[], RegExp | undefined]>([
    ['$[*].id', [{ id: 1 }, { id: 'b' }], ['1', 'b'], undefined],
    ['$[*].id', [{ id: 0 }], ['0'], undefined],
    ['$.id', { id: 'a' }, ['a'], undefined],
    ['$.id', [{ id: 'a' }, { id: 'b' }], ['a', 'b'], undefined],
    ['$.orders[*].id', { orders: [{ id: 'a' }, {}] }, ['a'], /selects nothing/],
    ['$[*].id', { id: 'a' }, [], /selects nothing/],
    ['orders[paid].id', { orders: [{ id: 'a', paid: true }, { id: 'b' }] }, ['a'], undefined],
    ["$replace($, /\\.json$/, '')", 'a.json', ['a'], undefined],
    ['$.id', { id: { not: 'a key' } }, [], /where a key is expected/],
    ['$boom(', {}, [], /fails/],
  ])('%s of %j', (expression, value, keys, problem) => {
    const found = selectKeys(expression, value as never);
    expect(found.keys).toEqual(keys);
    if (problem) expect(found.problem).toMatch(problem);
    else expect(found.problem).toBeUndefined();
  });
});
