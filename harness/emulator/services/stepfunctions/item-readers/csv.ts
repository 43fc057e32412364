/**
 * `InputType: CSV`: rows as objects of texts. A row shorter than the header is filled with empty texts, a longer
 * one cut (recorded).
 */
import type { Readable } from 'node:stream';
import { javaHashOrder } from '../../../../core/java-hash-order.ts';
import { type Json, type JsonObject, memberKey, setMember } from '../../../../core/json.ts';
import { CsvRows } from './csv-rows.ts';
import {
  type ItemReader,
  ItemReaderFailure,
  type Items,
  openObject,
  textParameter,
  texts,
} from './item-reader.ts';

const DELIMITERS: { readonly [name: string]: string } = {
  COMMA: ',',
  PIPE: '|',
  SEMICOLON: ';',
  SPACE: ' ',
  TAB: '\t',
};

export const csvReader: ItemReader = {
  name: 'CSV',
  reads: ({ action, config }) => action === 'getObject' && config['InputType'] === 'CSV',
  async *items(dataset, sources) {
    // The header is looked at first: AWS reads nothing when it is wrong.
    const header = givenHeader(dataset.config);
    const body = await openObject(sources, textParameter(dataset, 'Bucket'), textParameter(dataset, 'Key'));
    yield* csvItems(body, delimiterOf(dataset.config), header);
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
export async function* csvItems(body: Readable, delimiter: string, header: string[] | undefined): Items {
  const rows = new CsvRows(delimiter);
  let toItem = header && itemOf(header);
  const toItems = (found: string[][]): Json[] => {
    const items: Json[] = [];
    for (const row of found) {
      if (toItem) items.push(toItem(row));
      else toItem = itemOf(checkHeader(row));
    }
    return items;
  };
  for await (const text of texts(body)) {
    const items = toItems(rows.push(text));
    if (items.length > 0) yield items;
  }
  const last = toItems(rows.end());
  if (last.length > 0) yield last;
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
