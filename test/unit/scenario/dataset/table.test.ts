import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../harness/core/random.ts';
import type { DocumentSource } from '../../../../harness/document/source.ts';
import { ColumnError, parseColumn } from '../../../../harness/scenario/dataset/columns.ts';
import { datasetSchemaFor, planDataset } from '../../../../harness/scenario/dataset/index.ts';
import { parseCsv } from '../../../../harness/scenario/parse-csv.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cosmicai-table-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function generate(spec: object, seed = 7) {
  const parsed = datasetSchemaFor(undefined).parse(spec);
  const plan = planDataset(parsed, undefined, { folder, source: {} as DocumentSource, seed });
  const located = await plan.locate(undefined);
  const options = {
    cacheFolder: folder,
    damagedFolder: folder,
    signal: new AbortController().signal,
    onProgress() {},
  };
  const [file] = await located.prepare(options);
  return { located, file: file!, text: readFileSync(file!.path, 'utf8') };
}

const ORDERS = {
  to: 's3://orders-in/2026/orders.csv',
  rows: 50,
  columns: {
    order_id: 'o-{sequence(100)}',
    customer: 'c{integer(1, 5)}',
    amount: 'number(0, 100, 2)',
    region: 'choice(EU, US)',
    day: 'date(2026-01-01, 2026-01-31)',
    paid: 'boolean(0.5)',
    note: 'text(4)',
    id: 'uuid',
    currency: 'choice(EUR)',
    version: 3,
  },
  key: 'order_id',
};

describe('a generated table', () => {
  it('is CSV with a header, the same for the same seed, another for another', async () => {
    const { text, file, located } = await generate({ csv: ORDERS });
    const [header, ...rows] = parseCsv(text);
    expect(header).toEqual(Object.keys(ORDERS.columns));
    expect(rows).toHaveLength(50);
    expect(rows[0]).toEqual([
      'o-100',
      expect.stringMatching(/^c[1-5]$/),
      expect.stringMatching(/^\d+(\.\d\d?)?$/),
      expect.stringMatching(/^(EU|US)$/),
      expect.stringMatching(/^2026-01-\d\d$/),
      expect.stringMatching(/^(true|false)$/),
      expect.stringMatching(/^\w{4}$/),
      expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/),
      'EUR',
      '3',
    ]);
    expect(new Set(rows.map((row) => row[0])).size).toBe(50);
    expect(file.name).toBe('orders.csv');
    expect(located.destination({})).toEqual({ bucket: 'orders-in', prefix: '2026/' });
    expect(await located.items!()).toEqual(
      rows.map(([key]) => ({ key, value: expect.objectContaining({}) })),
    );
    expect((await generate({ csv: ORDERS })).text).toBe(text);
    expect((await generate({ csv: ORDERS }, 8)).text).not.toBe(text);
  });

  it('is JSON lines with the types of the generators', async () => {
    const { text } = await generate({ jsonl: { ...ORDERS, to: 's3://bucket/o.jsonl' } });
    const rows = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rows).toHaveLength(50);
    expect(rows[1]).toMatchObject({
      order_id: 'o-101',
      amount: expect.any(Number),
      paid: expect.any(Boolean),
      version: 3,
    });
  });

  it('leaves the other columns as they are when one is added', async () => {
    const columns = { a: 'integer(1, 1000)', b: 'integer(1, 1000)' };
    const table = (more: object) => ({
      csv: { to: 's3://bucket/a.csv', rows: 5, columns: { ...columns, ...more } },
    });
    const [first, second] = [await generate(table({})), await generate(table({ c: 'uuid' }))];
    const cut = (text: string) => parseCsv(text).map((row) => row.slice(0, 2));
    expect(cut(second.text)).toEqual(cut(first.text));
  });

  it.each<[string, unknown, RegExp]>([
    [
      'an unknown generator',
      { a: 'intger(1, 2)' },
      /"intger\(1, 2\)" is no generator; did you mean "integer"/,
    ],
    ['a range upside down', { a: 'integer(2, 1)' }, /first end lies above/],
    ['a missing argument', { a: 'number(1)' }, /an argument is missing/],
    ['a day that is none', { a: 'date(2026-13-01, 2026-12-01)' }, /is no day/],
    ['no column', {}, /needs a column/],
  ])('refuses %s', (_, columns, message) => {
    const parsed = datasetSchemaFor(undefined).safeParse({
      csv: { to: 's3://bucket/a.csv', rows: 1, columns },
    });
    expect(parsed.error?.issues.map((issue) => issue.message).join()).toMatch(message);
  });

  it('refuses a key that is no column, and a target that is no object', () => {
    const parse = (more: object) =>
      datasetSchemaFor(undefined).safeParse({ csv: { ...ORDERS, ...more } }).error?.issues[0]?.message;
    expect(parse({ key: 'nope' })).toMatch(/names no column/);
    expect(parse({ to: 's3://bucket/folder/' })).toMatch(/s3:\/\/BUCKET\/KEY/);
  });
});

describe('columns', () => {
  it('stay within their ranges, both ends included', () => {
    fc.assert(
      fc.property(fc.integer({ min: -50, max: 50 }), fc.nat(20), fc.string(), (low, width, seed) => {
        const make = parseColumn(`integer(${low}, ${low + width})`);
        const random = seededRandom(seed);
        for (let row = 0; row < 20; row++) {
          const value = Number(make(row, random));
          expect(value).toBeGreaterThanOrEqual(low);
          expect(value).toBeLessThanOrEqual(low + width);
        }
      }),
    );
  });

  it('never throw anything but a ColumnError', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          parseColumn(text);
        } catch (error) {
          expect(error).toBeInstanceOf(ColumnError);
        }
      }),
    );
  });
});

describe('parseCsv', () => {
  it.each([
    [
      'a,b\n1,2\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'a,b\r\n"1,2","say ""hi"""',
      [
        ['a', 'b'],
        ['1,2', 'say "hi"'],
      ],
    ],
    ['\uFEFFa\n"two\nlines"\n\n', [['a'], ['two\nlines']]],
    [
      'a,b\n1,\n',
      [
        ['a', 'b'],
        ['1', ''],
      ],
    ],
  ])('%j', (text, rows) => expect(parseCsv(text)).toEqual(rows));
});
