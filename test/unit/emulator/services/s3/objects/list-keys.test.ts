import { describe, expect, it } from 'vitest';
import { SortedEntries } from '../../../../../../harness/core/sorted-entries.ts';
import { listKeys } from '../../../../../../harness/emulator/services/s3/objects/listing.ts';

const KEYS = ['a', 'a/1', 'a/2', 'ab', 'b/', 'b/c/d', 'b/e', 'c'];

function entriesOf(keys: string[]) {
  const entries = new SortedEntries<{ key: string }>();
  for (const key of keys) entries.set({ key });
  return entries;
}

const list = (more: Partial<Parameters<typeof listKeys>[1]>) => {
  const page = listKeys(entriesOf(KEYS), {
    prefix: '',
    delimiter: '',
    after: undefined,
    maxKeys: 1000,
    isListed: () => true,
    ...more,
  });
  return {
    keys: page.entries.map(({ key }) => key),
    groups: page.commonPrefixes,
    truncated: page.truncated,
    last: page.last,
  };
};

describe('listKeys', () => {
  it('lists all, or those of a prefix', () => {
    expect(list({}).keys).toEqual(KEYS);
    expect(list({ prefix: 'a/' }).keys).toEqual(['a/1', 'a/2']);
    expect(list({ prefix: 'zz' })).toEqual({ keys: [], groups: [], truncated: false, last: undefined });
  });

  it('does not take a longer name for the same prefix', () => {
    expect(list({ prefix: 'a', delimiter: '/' })).toMatchObject({ keys: ['a', 'ab'], groups: ['a/'] });
  });

  it('rolls up below the prefix only', () => {
    expect(list({ prefix: 'b/', delimiter: '/' })).toMatchObject({ keys: ['b/', 'b/e'], groups: ['b/c/'] });
  });

  it('counts a group as one, and says where to go on', () => {
    expect(list({ delimiter: '/', maxKeys: 2 })).toEqual({
      keys: ['a'],
      groups: ['a/'],
      truncated: true,
      last: { key: 'a/', isGroup: true },
    });
    expect(list({ delimiter: '/', after: 'a/', afterGroup: 'a/' })).toMatchObject({
      keys: ['ab', 'c'],
      groups: ['b/'],
    });
  });

  it('is not truncated when exactly as many are left as asked for', () => {
    expect(list({ maxKeys: KEYS.length }).truncated).toBe(false);
    expect(list({ maxKeys: KEYS.length - 1 }).truncated).toBe(true);
    expect(list({ delimiter: '/', maxKeys: 5 }).truncated).toBe(false);
  });

  it('passes over what is not listed without counting it', () => {
    expect(list({ isListed: ({ key }) => key !== 'a', maxKeys: 1 })).toMatchObject({ keys: ['a/1'] });
  });
});
