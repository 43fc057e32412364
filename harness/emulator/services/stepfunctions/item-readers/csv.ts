/**
 * `InputType: CSV`: rows as objects of texts. A row shorter than the header is filled with empty texts, a longer
 * one cut (recorded).
 */
import { pipeline, Readable } from 'node:stream';
import { javaHashOrder } from '../../../../core/java-hash-order.ts';
import { type Json, type JsonObject, memberKey, setMember } from '../../../../core/json.ts';
import { escaping, unescaped } from './csv-escapes.ts';
import { type ItemReader, type Items, openDataset, sourceOf, texts } from './item-reader.ts';
import { ItemReaderFailure } from './item-reader-failure.ts';

const DELIMITERS: { readonly [name: string]: string } = {
  COMMA: ',',
  PIPE: '|',
  SEMICOLON: ';',
  SPACE: ' ',
  TAB: '\t',
};

/** Rows handed on together. */
const CHUNK_ROWS = 500;

export const csvReader: ItemReader = {
  name: 'CSV',
  reads: ({ action, config }) => action === 'getObject' && config['InputType'] === 'CSV',
  async *items(dataset, sources) {
    // The header is looked at first: AWS reads nothing when it is wrong.
    const header = givenHeader(dataset.config);
    const body = await openDataset(dataset, sources);
    yield* csvItems(body, sourceOf(dataset), delimiterOf(dataset.config), header);
  },
};

/** The delimiter that CSVDelimiter names; a comma by default. */
function delimiterOf(config: JsonObject): string {
  return DELIMITERS[String(config['CSVDelimiter'] ?? 'COMMA')] ?? ',';
}

/** The header that is given with the definition; undefined when the first row is it. */
function givenHeader(config: JsonObject): string[] | undefined {
  const { CSVHeaderLocation, CSVHeaders } = config;
  if (CSVHeaderLocation !== 'GIVEN' || !Array.isArray(CSVHeaders)) return undefined;
  return checkHeader(CSVHeaders.map(String));
}

/** The rows of a CSV text; without `header` the first row is it. */
export async function* csvItems(
  body: Readable,
  source: string,
  delimiter: string,
  header: string[] | undefined,
): Items {
  let toItem = header && itemOf(header);
  let items: Json[] = [];
  for await (const row of rows(body, delimiter)) {
    if (!toItem) {
      toItem = itemOf(checkHeader(row));
      continue;
    }
    items.push(toItem(row));
    if (items.length < CHUNK_ROWS) continue;
    yield { items, source };
    items = [];
  }
  if (items.length > 0) yield { items, source };
}

/** RFC 4180 with AWS's escapes; rows of any length, empty lines passed over. */
async function* rows(body: Readable, delimiter: string): AsyncIterable<string[]> {
  const { parse } = await import('csv-parse');
  const parser = parse({
    delimiter,
    record_delimiter: ['\r\n', '\n'],
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
  });
  const text = Readable.from(escaping(texts(body), delimiter));
  const parsed = pipeline(text, parser, () => body.destroy());
  try {
    for await (const row of parsed as AsyncIterable<string[]>)
      yield row.map((field) => unescaped(field, delimiter));
  } catch (error) {
    if (error instanceof ItemReaderFailure || !/^CSV_/.test(String((error as { code?: unknown }).code)))
      throw error;
    throw new ItemReaderFailure(`The CSV file cannot be parsed: ${(error as Error).message}`);
  }
}

/** A row as an object, its members in the order of a Java HashMap (recorded cases test_map_item_reader_csv_*). */
function itemOf(names: readonly string[]): (row: readonly string[]) => JsonObject {
  const columns = javaHashOrder(names).map((name) => ({ key: memberKey(name), index: names.indexOf(name) }));
  return (row) => {
    const item: JsonObject = {};
    for (const { key, index } of columns) setMember(item, key, row[index] ?? '');
    return item;
  };
}

/** AWS's sentence (recorded). */
function checkHeader(names: string[]): string[] {
  if (new Set(names).size < names.length)
    throw new ItemReaderFailure('CSV headers cannot contain duplicates.');
  return names;
}
