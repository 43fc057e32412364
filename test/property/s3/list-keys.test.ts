import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SortedEntries } from '../../../harness/core/sorted-entries.ts';
import { listKeys, listVersions } from '../../../harness/emulator/services/s3/objects/listing.ts';
import type { KeyEntry } from '../../../harness/emulator/services/s3/store/bucket.ts';
import type { ObjectVersion } from '../../../harness/emulator/services/s3/store/records.ts';

/** Few characters, so that prefixes, groups and order by code point all happen. */
const key = fc
  .array(fc.constantFrom('a', 'b', '/', '//', '\uFF5E', '\u{1F600}', '-'), { minLength: 1, maxLength: 6 })
  .map((parts) => parts.join(''));
const keys = fc.uniqueArray(key, { maxLength: 60 });
const prefix = fc.oneof(fc.constant(''), key);
const delimiter = fc.constantFrom('', '/', 'b', '//');

const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

function entriesOf(all: string[]) {
  const entries = new SortedEntries<{ key: string }>();
  for (const one of all) entries.set({ key: one });
  return entries;
}

/** The definition of a listing, by the book and slow. */
function expected(all: string[], start: string, separator: string): string[] {
  const items = new Set<string>();
  for (const one of all.toSorted(byBytes)) {
    if (!one.startsWith(start)) continue;
    const end = separator === '' ? -1 : one.indexOf(separator, start.length);
    items.add(end < 0 ? one : one.slice(0, end + separator.length));
  }
  return [...items];
}

describe('listing', () => {
  it('page by page gives what the whole gives', () => {
    fc.assert(
      fc.property(
        keys,
        prefix,
        delimiter,
        fc.integer({ min: 1, max: 7 }),
        (all, start, separator, maxKeys) => {
          const entries = entriesOf(all);
          const found: string[] = [];
          let last: { key: string; isGroup: boolean } | undefined;
          for (;;) {
            const page = listKeys(entries, {
              prefix: start,
              delimiter: separator,
              after: last?.key,
              afterGroup: last?.isGroup ? last.key : undefined,
              maxKeys,
              isListed: () => true,
            });
            const items = [...page.entries.map((entry) => entry.key), ...page.commonPrefixes].sort(byBytes);
            expect(items.length).toBeLessThanOrEqual(maxKeys);
            found.push(...items);
            last = page.last;
            if (!page.truncated) break;
            expect(items.length).toBe(maxKeys);
          }
          expect(found).toEqual(expected(all, start, separator));
        },
      ),
    );
  });

  it('of versions, page by page, gives every version once', () => {
    const history = fc.uniqueArray(fc.tuple(key, fc.integer({ min: 1, max: 4 })), {
      maxLength: 20,
      selector: ([name]) => name,
    });
    fc.assert(
      fc.property(history, prefix, fc.integer({ min: 1, max: 5 }), (all, start, maxKeys) => {
        const entries = new SortedEntries<KeyEntry>();
        for (const [name, count] of all) {
          const versions = Array.from(
            { length: count },
            (_, i) => ({ key: name, versionId: `v${i}` }) as ObjectVersion,
          );
          entries.set({ key: name, versions });
        }
        const found: string[] = [];
        let next: { key: string; versionId: string | undefined } | undefined;
        do {
          const page = listVersions(entries, {
            prefix: start,
            delimiter: '',
            keyMarker: next?.key ?? '',
            versionIdMarker: next?.versionId,
            afterGroup: undefined,
            maxKeys,
          });
          found.push(...page.versions.map(({ version }) => `${version.key} ${version.versionId}`));
          next = page.next;
        } while (next);
        const wanted = all
          .filter(([name]) => name.startsWith(start))
          .sort(([a], [b]) => byBytes(a, b))
          .flatMap(([name, count]) => Array.from({ length: count }, (_, i) => `${name} v${i}`));
        expect(found).toEqual(wanted);
      }),
    );
  });
});

describe('SortedEntries', () => {
  it('holds what a sorted map would, through inserts and deletes', () => {
    const step = fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 3000 }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 3000 }), (steps) => {
        const entries = new SortedEntries<{ key: string; at: number }>();
        const model = new Map<string, number>();
        steps.forEach(([remove, number], at) => {
          const name = `k${number}`;
          if (remove) expect(entries.delete(name)).toBe(model.delete(name));
          else {
            entries.set({ key: name, at });
            model.set(name, at);
          }
        });
        expect(entries.size).toBe(model.size);
        expect([...entries].map((entry) => [entry.key, entry.at])).toEqual(
          [...model].sort(([a], [b]) => byBytes(a, b)),
        );
        for (const [name, at] of model) expect(entries.find(name)?.at).toBe(at);
      }),
      { numRuns: 20 },
    );
  });
});
