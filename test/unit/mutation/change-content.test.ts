import { describe, expect, it } from 'vitest';
import { contentChanges } from '../../../harness/mutation/change-content.ts';
import { leavesOf, unstableLeaves } from '../../../harness/mutation/leaves.ts';
import type { TableCodec } from '../../../harness/scenario/pack-run.ts';

const STABLE = { unstable: new Set<string>() };
const ROWS = '[{"id":1,"z":5},{"id":2,"z":6},{"id":3,"z":7}]';

describe('contentChanges', () => {
  it.each<[keyof typeof contentChanges, string, string]>([
    ['truncate', '{"a":1}', '{"a'],
    ['dropRow', '[{"id":1},{"id":2}]', '[{"id":1}]'],
    ['dropRow', '{"orders":[{"id":1},{"id":2}]}', '{"orders":[{"id":1}]}'],
    ['dropRow', 'id,a\n1,2\n3,4\n', 'id,a\n1,2\n'],
    ['dropRow', '{"id":1}\n{"id":2}\n', '{"id":1}\n'],
    ['duplicateRow', '[{"id":1}]', '[{"id":1},{"id":1}]'],
    ['reorder', ROWS, '[{"id":3,"z":7},{"id":2,"z":6},{"id":1,"z":5}]'],
    ['swapRows', ROWS, '[{"id":1,"z":6},{"id":2,"z":5},{"id":3,"z":7}]'],
    ['offByOne', ROWS, '[{"id":1,"z":6},{"id":2,"z":7},{"id":3,"z":5}]'],
    ['constant', ROWS, '[{"id":1,"z":5},{"id":2,"z":5},{"id":3,"z":5}]'],
    ['wrongCount', '{"status":200,"share":0.5,"count":3}', '{"status":200,"share":0.5,"count":4}'],
    ['rescale', '{"share":0.5,"count":3}', '{"share":0.75,"count":3}'],
    ['rescale', 'id,price\n1,2.50\n', 'id,price\n1,3.75\n'],
    ['nan', '{"id":7,"count":3}', '{"id":7,"count":null}'],
    ['nan', 'id,price\n1,2.50\n', 'id,price\n1,NaN\n'],
  ])('%s changes %j', (change, text, changed) => {
    expect(contentChanges[change](text, STABLE)).toBe(changed);
  });

  it.each<[keyof typeof contentChanges, string]>([
    ['reorder', '[{"id":1}]'],
    ['reorder', '[{"id":1},{"id":1}]'],
    ['offByOne', '[{"z":1},{"z":2}]'],
    ['constant', '[{"z":1},{"z":1}]'],
    ['rescale', '{"name":"a"}'],
    ['dropRow', 'plain text'],
  ])('%s does not apply to %j', (change, text) => {
    expect(contentChanges[change](text, STABLE)).toBeUndefined();
  });

  it('gives an item the numbers of the first', () => {
    const context = { ...STABLE, first: '{"id":1,"total":2.5}' };
    expect(contentChanges.constant('{"id":2,"total":3.5}', context)).toBe('{"id":2,"total":2.5}');
  });

  it('takes the content of another item and of an earlier run', () => {
    expect(contentChanges.swap('a', { ...STABLE, other: 'b' })).toBe('b');
    expect(contentChanges.swap('a', { ...STABLE, other: 'a' })).toBeUndefined();
    expect(contentChanges.swap('a', STABLE)).toBeUndefined();
    expect(contentChanges.stale('new', { ...STABLE, earlier: 'old' })).toBe('old');
    expect(contentChanges.stale('new', { ...STABLE, earlier: 'new' })).toBeUndefined();
  });

  it('makes numbers of unknown binary content not numbers', () => {
    const text = '\x00\x01'.repeat(80);
    expect(contentChanges.nan(text, STABLE)).toBe(
      `${text.slice(0, 64)}${'\xff'.repeat(32)}${text.slice(96)}`,
    );
  });

  it('changes rows of a binary table that a pack knows', () => {
    const tables: TableCodec = (bytes) => ({
      rows: [...bytes].map((z, id) => ({ id, z })),
      contentType: 'application/x-table',
      render: (rows) => Uint8Array.from(rows, ({ z }) => Number(z)),
    });
    expect(contentChanges.reorder('\x01\x02\x03', { ...STABLE, tables })).toBe('\x03\x02\x01');
    expect(contentChanges.constant('\x01\x02\x03', { ...STABLE, tables })).toBe('\x01\x01\x01');
  });

  it('leaves alone what differs from run to run', () => {
    const unstable = unstableLeaves({ tookMs: 12, count: 3 }, { tookMs: 15, count: 3 });
    expect([...unstable]).toEqual(['["tookMs"]']);
    expect(contentChanges.wrongCount('{"tookMs":12,"count":3}', { unstable })).toBe(
      '{"tookMs":12,"count":4}',
    );
    expect(contentChanges.wrongCount('{"tookMs":12}', { unstable })).toBeUndefined();
  });
});

it('finds the leaves of a value', () => {
  expect(leavesOf({ a: [1, { b: null }] })).toEqual([
    { path: ['a', 0], value: 1 },
    { path: ['a', 1, 'b'], value: null },
  ]);
});
