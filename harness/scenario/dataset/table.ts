/** Tables generated from a column grammar: CSV with a header, or JSON lines; the same for the same seed. */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import type { KeyedValue } from '../../assertions/compare-contents.ts';
import type { Json } from '../../core/json.ts';
import { seededRandom } from '../../core/random.ts';
import { CachedDigests } from './cached-digests.ts';
import { ColumnError, parseColumn } from './columns.ts';
import type { DatasetKind } from './dataset-kind.ts';
import { objectUri, splitObject } from './destination.ts';
import { openSealed, type SealedFile, sealFolder } from './sealed-folder.ts';

/** Part of every cache key: raised when the same columns give other rows. */
const VERSION = 1;

const column = z.union([z.string(), z.number(), z.boolean(), z.null()]).superRefine((value, context) => {
  try {
    parseColumn(value);
  } catch (error) {
    if (!(error instanceof ColumnError)) throw error;
    context.addIssue({ code: 'custom', message: error.message });
  }
});

const tableSchema = z
  .strictObject({
    to: objectUri.describe('`s3://BUCKET/KEY` of the file'),
    rows: z.int().positive().describe('number of rows'),
    columns: z
      .record(z.string().min(1), column)
      .meta({ keys: 'COLUMN' })
      .describe(
        'columns by name: a constant, or `sequence(1)`, `integer(1, 100)`, `number(0, 1, 2)`, `choice(EU, US)`, `date(2024-01-01, 2024-12-31)`, `boolean(0.3)`, `text(8)`, `uuid`; within a text in braces, as in `o-{sequence}`',
      ),
    key: z
      .string()
      .min(1)
      .optional()
      .describe('column that identifies a row: what `complete: {items: {dataset: true}}` counts'),
  })
  .refine(({ columns }) => Object.keys(columns).length > 0, { message: 'a table needs a column' })
  .refine(({ columns, key }) => key === undefined || Object.hasOwn(columns, key), {
    message: '"key" names no column',
  });
type Table = z.output<typeof tableSchema>;

interface Format {
  name: 'csv' | 'jsonl';
  header(columns: readonly string[]): string;
  line(row: Readonly<Record<string, Json>>): string;
}

const CSV: Format = {
  name: 'csv',
  header: (columns) => `${columns.map(csvCell).join(',')}\n`,
  line: (row) => `${Object.values(row).map(csvCell).join(',')}\n`,
};

const JSONL: Format = {
  name: 'jsonl',
  header: () => '',
  line: (row) => `${JSON.stringify(row)}\n`,
};

/** RFC 4180: quoted where it holds a comma, a quote or a line break. */
function csvCell(value: Json): string {
  const text = value === null ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export const csvDataset = tableDataset(CSV, 'a generated CSV file with a header');
export const jsonlDataset = tableDataset(JSONL, 'a generated file of JSON lines');

function tableDataset(format: Format, description: string): DatasetKind {
  return {
    fields: [format.name],
    shape: { [format.name]: tableSchema.optional().describe(description) },
    plan(spec, { seed }) {
      const table = spec[format.name] as Table;
      const variables = { files: 1, rows: table.rows };
      const { bucket, prefix, name } = splitObject(table.to);
      return {
        files: 1,
        variables,
        inPlace: false,
        async locate() {
          return {
            files: 1,
            variables,
            async prepare({ cacheFolder, signal }) {
              const { folder, file } = await generate(format, table, seed, cacheFolder, signal);
              const { sizeBytes, sha256 } = file;
              // Digests are known by the name that is uploaded; the cache has one file per folder.
              const cached = new CachedDigests(folder, sha256);
              return [{ path: join(folder, file.name), name, sizeBytes, sha256, cached }];
            },
            destination: () => ({ bucket, prefix }),
            record: { format: format.name, rows: table.rows },
            ...(table.key === undefined ? {} : { items: async () => itemsOf(table, seed) }),
          };
        },
      };
    },
  };
}

/** The generated file and its folder; made once per content, and again when it is not as it was made. */
async function generate(
  format: Format,
  table: Table,
  seed: number,
  cacheFolder: string,
  signal: AbortSignal,
): Promise<{ folder: string; file: SealedFile }> {
  const { rows, columns } = table;
  const identity = JSON.stringify([VERSION, format.name, Object.entries(columns), rows, seed]);
  const digest = createHash('sha256').update(identity).digest('hex').slice(0, 24);
  const folder = join(cacheFolder, `${format.name}-${digest}`);
  const [sealed] = (await openSealed(folder)) ?? [];
  if (sealed) return { folder, file: sealed };
  const file = join(folder, format.name);
  await mkdir(folder, { recursive: true });
  const building = `${file}.${process.pid}.tmp`;
  try {
    await pipeline(Readable.from(linesOf(format, table, seed)), createWriteStream(building), { signal });
    await rename(building, file);
  } finally {
    await rm(building, { force: true });
  }
  const [made] = await sealFolder(folder, [{ name: format.name }]);
  return { folder, file: made! };
}

const CHUNK_CHARACTERS = 64 * 1024;

function* linesOf(format: Format, table: Table, seed: number): Generator<string> {
  let chunk = format.header(Object.keys(table.columns));
  for (const row of rowsOf(table, seed)) {
    chunk += format.line(row);
    if (chunk.length < CHUNK_CHARACTERS) continue;
    yield chunk;
    chunk = '';
  }
  yield chunk;
}

function* rowsOf({ rows, columns }: Table, seed: number): Generator<Record<string, Json>> {
  // A column draws from a source of its own: adding one leaves the others as they are.
  const makers = Object.entries(columns).map(
    ([name, value]) => [name, parseColumn(value), seededRandom(`${seed}/${name}`)] as const,
  );
  for (let row = 0; row < rows; row++) {
    const values: Record<string, Json> = {};
    for (const [name, make, random] of makers) {
      Object.defineProperty(values, name, { value: make(row, random), enumerable: true });
    }
    yield values;
  }
}

function itemsOf(table: Table, seed: number): KeyedValue[] {
  return [...rowsOf(table, seed)].map((row) => ({ key: String(row[table.key!] ?? ''), value: row }));
}
