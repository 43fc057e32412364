/**
 * `InputType: PARQUET`: rows as objects. Whole numbers of 64 bits and decimals keep their digits; times are ISO 8601,
 * binary values base64.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html
 */
import type { AsyncBuffer, FileMetaData, SchemaElement } from 'hyparquet';
import {
  decimal,
  type Json,
  JsonNumber,
  type JsonObject,
  memberKey,
  setMember,
} from '../../../../core/json.ts';
import { type Dataset, type ItemReader, openObject, type ReaderSources, sourceOf } from './item-reader.ts';
import { ItemReaderFailure } from './item-reader-failure.ts';

/** Rows read at once. */
const CHUNK_ROWS = 2_000;

export const parquetReader: ItemReader = {
  name: 'PARQUET',
  reads: ({ action, config }) => action === 'getObject' && config['InputType'] === 'PARQUET',
  async *items(dataset, sources) {
    const source = sourceOf(dataset);
    const [{ parquetMetadataAsync, parquetReadObjects }, { compressors }] = await Promise.all([
      import('hyparquet'),
      import('hyparquet-compressors'),
    ]);
    const file = await openFile(dataset, sources);
    const metadata = await parsing(source, () => parquetMetadataAsync(file));
    const toItem = itemOf(metadata);
    const rowCount = Number(metadata.num_rows);
    for (let rowStart = 0; rowStart < rowCount; rowStart += CHUNK_ROWS) {
      const rowEnd = Math.min(rowStart + CHUNK_ROWS, rowCount);
      const rows = await parsing(source, () =>
        parquetReadObjects({ file, metadata, compressors, rowStart, rowEnd }),
      );
      yield { items: rows.map(toItem), source };
    }
  },
};

/** The object as a file of which any part can be read. */
async function openFile(dataset: Dataset, sources: ReaderSources): Promise<AsyncBuffer> {
  const { body, sizeBytes } = await openObject(dataset, sources);
  body.destroy();
  return {
    byteLength: sizeBytes,
    async slice(startBytes, endBytes = sizeBytes) {
      const part = await openObject(dataset, sources, { startBytes, endBytes });
      const chunks: Buffer[] = [];
      for await (const chunk of part.body as AsyncIterable<Buffer>) chunks.push(chunk);
      const bytes = new Uint8Array(Buffer.concat(chunks));
      return bytes.buffer;
    },
  };
}

async function parsing<T>(source: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ItemReaderFailure) throw error;
    throw new ItemReaderFailure(`The Parquet file ${source} cannot be read: ${(error as Error).message}`);
  }
}

function itemOf({ schema }: FileMetaData): (row: { [column: string]: unknown }) => JsonObject {
  const floating = floatingColumns(schema);
  return (row) => {
    const item: JsonObject = {};
    for (const [name, value] of Object.entries(row))
      setMember(item, memberKey(name), jsonOf(value, floating.has(name)));
    return item;
  };
}

/** Names of the columns whose values are all FLOAT or DOUBLE: `1` of these is `1.0`. */
function floatingColumns(schema: readonly SchemaElement[]): ReadonlySet<string> {
  const floating = new Set<string>();
  let at = 1;
  const leaves = (): (string | undefined)[] => {
    const element = schema[at++];
    if (!element?.num_children) return [element?.type];
    return Array.from({ length: element.num_children }, leaves).flat();
  };
  while (at < schema.length) {
    const name = schema[at]?.name ?? '';
    if (leaves().every((type) => type === 'FLOAT' || type === 'DOUBLE')) floating.add(name);
  }
  return floating;
}

function jsonOf(value: unknown, floating: boolean): Json {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return String(value);
    return floating ? decimal(value) : value;
  }
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : new JsonNumber(String(value));
  }
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map((item) => jsonOf(item, floating));
  if (typeof value !== 'object') return value as Json;
  const object: JsonObject = {};
  for (const [name, member] of Object.entries(value))
    setMember(object, memberKey(name), jsonOf(member, floating));
  return object;
}
