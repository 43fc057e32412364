import fs, { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Journal } from '../../../../harness/emulator/state/journal.ts';

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
  const damage: string[] = [];
  const torn: string[] = [];
  const journal = Journal.open<{ n: number }>(
    path,
    {
      durability: 'device',
      reportDamage: (line) => damage.push(line),
      reportTorn: (line) => torn.push(line),
    },
    (record) => records.push(record),
  );
  return { journal, records, damage, torn };
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
      // Nothing but its line feed was missing.
      const isWhole = length === bytes.length - 1;
      expect(numbersOf(torn.records)).toEqual(isWhole ? [0, 1, 2] : [0, 1]);
      await torn.journal.append([{ n: 9 }]);
      await torn.journal.close();
      const healed = open();
      expect(numbersOf(healed.records)).toEqual(isWhole ? [0, 1, 2, 9] : [0, 1, 9]);
      await healed.journal.close();
    }
  });

  it('reports a torn tail, and keeps a last record that lacks its line feed alone', async () => {
    const { journal } = open();
    await journal.append([{ n: 1 }]);
    await journal.close();
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.subarray(0, bytes.length - 1));
    const whole = open();
    expect(numbersOf(whole.records)).toEqual([0, 1]);
    expect(whole.torn).toEqual([]);
    await whole.journal.append([{ n: 2 }]);
    await whole.journal.close();
    writeFileSync(path, readFileSync(path).subarray(0, -2));
    const torn = open();
    expect(numbersOf(torn.records)).toEqual([0, 1]);
    expect(torn.torn).toEqual([expect.stringMatching(/journal: the last \d+ bytes are no whole record/)]);
    await torn.journal.close();
  });

  it('passes over a damaged record, names it, keeps it, and goes on', async () => {
    const { journal } = open();
    await journal.append([{ n: 1 }, { n: 2 }]);
    await journal.close();
    const text = readFileSync(path, 'utf8').replace('"n":1', '"n":7');
    writeFileSync(path, text);
    for (let round = 0; round < 2; round++) {
      const damaged = open();
      expect(numbersOf(damaged.records)).toEqual([0, 2]);
      expect(damaged.damage).toEqual([
        expect.stringContaining(`${path}: record 2 (17 bytes at 17) is damaged`),
      ]);
      await damaged.journal.compact(async function* () {
        yield [];
      });
      await damaged.journal.close();
      expect(readFileSync(path, 'utf8')).toBe(text);
    }
  });

  it('loses no record to a flipped bit but those it touches, and reports every one', async () => {
    const { journal } = open();
    await journal.append([{ n: 1 }, { n: 2 }, { n: 3 }]);
    await journal.close();
    const bytes = readFileSync(path);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const byte = bit >> 3;
      const flipped = Buffer.from(bytes);
      flipped[byte]! ^= 1 << (bit & 7);
      writeFileSync(path, flipped);
      const { journal: opened, records, damage, torn } = open();
      opened.closeNow();
      // Without its line feed a record becomes one with the next.
      const touched = bytes[byte] === 10 && byte < bytes.length - 1 ? 2 : 1;
      const lost = 4 - records.length;
      expect({ bit, isFew: lost <= touched }).toEqual({ bit, isFew: true });
      // A hexadecimal digit in the other case, or the last line feed: nothing is lost.
      if (lost > 0) expect(damage.length + torn.length).toBeGreaterThan(0);
      else expect(numbersOf(records)).toEqual([0, 1, 2, 3]);
    }
  });

  it('leaves nothing of a write that fails half-way, and writes again when there is space', async () => {
    const { journal } = open();
    journal.write([{ n: 1 }]);
    const writeSync = fs.writeSync.bind(fs) as (...parts: unknown[]) => number;
    const spy = vi.spyOn(fs, 'writeSync').mockImplementation(((
      fd: number,
      bytes: Buffer,
      ...rest: number[]
    ) => {
      writeSync(fd, bytes, 0, 5, rest[2]);
      throw Object.assign(new Error('full'), { code: 'ENOSPC' });
    }) as never);
    const truncate = vi.spyOn(fs, 'ftruncateSync').mockImplementationOnce(() => {
      throw Object.assign(new Error('read-only'), { code: 'EROFS' });
    });
    syncBuiltinESMExports();
    expect(() => journal.write([{ n: 2, text: 'x'.repeat(100) }])).toThrow('full');
    spy.mockRestore();
    truncate.mockRestore();
    syncBuiltinESMExports();
    expect(journal.records).toBe(2);
    journal.write([{ n: 3 }]);
    await journal.synced();
    await journal.close();
    const again = open();
    expect(numbersOf(again.records)).toEqual([0, 1, 3]);
    expect(again.damage).toEqual([]);
    await again.journal.close();
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
