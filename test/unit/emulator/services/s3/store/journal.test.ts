import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Journal } from '../../../../../../harness/emulator/services/s3/store/journal.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cosmicai-journal-'));
  path = join(folder, 'journal');
  Journal.create(path, 'device', [{ n: 0 }]);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function open() {
  const records: { n: number; text?: string }[] = [];
  const journal = Journal.open<{ n: number }>(path, 'device', (record) => records.push(record));
  return { journal, records };
}

const numbersOf = (records: { n: number }[]) => records.map(({ n }) => n);

describe('Journal', () => {
  it('gives back what was appended, in order, whatever the text', async () => {
    const { journal } = open();
    await Promise.all([
      journal.append([{ n: 1, text: 'line\nfeed \u2028 \u{1F600}' }]),
      journal.append([{ n: 2 }, { n: 3, text: 'x'.repeat(3_000_000) }]),
      journal.append([{ n: 4 }]),
    ]);
    await journal.close();
    const again = open();
    expect(numbersOf(again.records)).toEqual([0, 1, 2, 3, 4]);
    expect(again.records[1]?.text).toBe('line\nfeed \u2028 \u{1F600}');
    await again.journal.close();
  });

  it('cuts a torn tail off at every length, and goes on behind the last whole record', async () => {
    const first = open();
    await first.journal.append([{ n: 1 }]);
    const whole = readFileSync(path).length;
    await first.journal.append([{ n: 2 }]);
    await first.journal.close();
    const bytes = readFileSync(path);
    for (let length = whole; length < bytes.length; length++) {
      writeFileSync(path, bytes);
      truncateSync(path, length);
      const torn = open();
      expect(numbersOf(torn.records)).toEqual([0, 1]);
      await torn.journal.append([{ n: 9 }]);
      await torn.journal.close();
      const healed = open();
      expect(numbersOf(healed.records)).toEqual([0, 1, 9]);
      await healed.journal.close();
    }
  });

  it('ends at a record that is not what was written', async () => {
    const { journal } = open();
    await journal.append([{ n: 1 }, { n: 2 }]);
    await journal.close();
    writeFileSync(path, readFileSync(path, 'utf8').replace('"n":1', '"n":7'));
    appendFileSync(path, 'garbage\n');
    const damaged = open();
    expect(numbersOf(damaged.records)).toEqual([0]);
    await damaged.journal.close();
  });

  it('loses nothing that is appended while it is compacted', async () => {
    const { journal } = open();
    for (let n = 1; n <= 100; n++) await journal.append([{ n }]);
    let last = 100;
    const during: Promise<void>[] = [];
    await journal.compact(async function* () {
      yield [{ n: -1 }];
      for (let i = 0; i < 5; i++) {
        during.push(journal.append([{ n: ++last }]));
        yield [];
        await Promise.all(during);
      }
    });
    await journal.append([{ n: ++last }]);
    expect(journal.records).toBe(7);
    await journal.close();
    const again = open();
    expect(numbersOf(again.records)).toEqual([-1, 101, 102, 103, 104, 105, 106]);
    await again.journal.close();
  });
});
