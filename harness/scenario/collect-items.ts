/**
 * Keys of what there was to do and of what was done, for `expect.complete`: read after the steps, from the dataset,
 * tables and listings in S3, and from the executions. What cannot be read as a key is a problem, never left out.
 */
import { paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { type ContentRules, compareContents, type KeyedValue } from '../assertions/compare-contents.ts';
import type { ItemsSource, ResultsSource } from '../assertions/complete-sources.ts';
import { selectKeys, selectRows } from '../assertions/select-keys.ts';
import { isJsonObject, type Json } from '../core/json.ts';
import { mapWithLimit } from '../core/map-with-limit.ts';
import { keyPattern, literalPrefix } from '../record/key-pattern.ts';
import type { ExecutionRecord, ItemsRecord } from '../record/run-record.ts';
import type { DatasetFile, LocatedDataset } from './dataset/dataset-kind.ts';
import { type BucketNames, withRealBuckets } from './execution-input.ts';
import { mapOutputs } from './map-outputs.ts';
import { parseCsv } from './parse-csv.ts';
import type { Scenario } from './schema.ts';

const WIDTH = 8;
/** Of objects that are known by their keys, the data of small ones is read, unless there are very many. */
const COMPARED_OBJECTS = 1000;
const COMPARED_UP_TO_BYTES = 256 * 1024;

export interface ItemsContext {
  s3: S3Client;
  read(bucket: string, key: string): Promise<Uint8Array>;
  buckets: BucketNames;
  /** The executions that are judged. */
  executions: readonly ExecutionRecord[];
  dataset?: LocatedDataset | undefined;
  /** Of the dataset as it was uploaded. */
  uploaded: { files: readonly DatasetFile[]; keys: readonly string[] };
}

/** Both sides of `complete` as a scenario asks for them; nothing where it names none. */
export async function itemsOf(
  { expect: { complete } }: Pick<Scenario, 'expect'>,
  context: ItemsContext,
): Promise<ItemsRecord | undefined> {
  if (typeof complete !== 'object' || !complete.items || !complete.results) return undefined;
  const { items, results, fields, changed } = complete;
  return collectItems({ items, results, fields, changed }, context);
}

interface CompleteSides extends ContentRules {
  items: ItemsSource;
  results: ResultsSource;
}

/** Both sides of `complete`, and what is wrong with the data of results. */
export async function collectItems(
  { items, results, ...rules }: CompleteSides,
  context: ItemsContext,
): Promise<ItemsRecord> {
  const problems: string[] = [];
  const collector = new Collector(context, problems);
  const found = { items: await collector.items(items), results: await collector.results(results) };
  problems.push(...compareContents(found.items, found.results, rules));
  const withoutData =
    Object.keys(rules.fields ?? {}).length > 0 && found.items.every(({ value }) => value === undefined);
  if (withoutData)
    problems.push('"fields" need the data of items: name a table, or rows by "each" and "key"');
  const keysOf = (list: readonly KeyedValue[]) => list.map(({ key }) => key);
  return {
    items: keysOf(found.items),
    results: keysOf(found.results),
    ...(problems.length > 0 ? { problems } : {}),
  };
}

type TableSource = { readonly [Field in 'csv' | 'jsonl' | 'json' | 'key' | 'each']?: string | undefined };

const withoutValue = (key: string): KeyedValue => ({ key });

class Collector {
  readonly #context: ItemsContext;
  readonly #problems: string[];

  constructor(context: ItemsContext, problems: string[]) {
    this.#context = context;
    this.#problems = problems;
  }

  async items(source: ItemsSource): Promise<KeyedValue[]> {
    const { dataset, uploaded, executions } = this.#context;
    if (source.dataset) {
      if (dataset?.items) return dataset.items();
      return uploaded.keys.map(withoutValue);
    }
    if (source.csv ?? source.jsonl ?? source.json) return this.#table(source);
    if (source.listing !== undefined) {
      const found = await this.#objects(
        source.listing,
        source.each,
        source.each === undefined ? undefined : source.key,
        (key) => key,
      );
      if (source.key === undefined || source.each !== undefined) return found;
      return found.flatMap(({ key, value }) =>
        this.#select(source.key!, key, `the key ${key}`).map((one) => ({ ...one, value })),
      );
    }
    return executions.flatMap(({ input, name }) =>
      this.#rows(source.jsonata!, source.key, input, `the input of ${name}`),
    );
  }

  async results(source: ResultsSource): Promise<KeyedValue[]> {
    const { executions } = this.#context;
    if (source.csv ?? source.jsonl) return this.#table(source);
    if (source.objects !== undefined)
      return this.#objects(source.objects, source.each, source.key, starIn(source.objects));
    if (source.map !== undefined) {
      return executions.flatMap((execution) => {
        const { outputs, problem } = mapOutputs(execution, source.map!);
        if (problem !== undefined) this.#problems.push(problem);
        return outputs.flatMap((output) =>
          this.#rows(source.each!, source.key, output, `an output of ${source.map} in ${execution.name}`),
        );
      });
    }
    return executions.flatMap(({ output, name }) =>
      this.#rows(source.output!, source.key, output ?? null, `the output of ${name}`),
    );
  }

  /** Rows of a table, or what a JSON file holds. */
  async #table(source: TableSource): Promise<KeyedValue[]> {
    const uri = (source.csv ?? source.jsonl ?? source.json)!;
    const text = await this.#text(uri);
    if (text === undefined) return [];
    if (source.csv !== undefined) return this.#column(parseCsv(text), source.key!, uri);
    if (source.jsonl !== undefined) {
      const lines = text.split('\n').filter((line) => line.trim() !== '');
      return lines.flatMap((line, index) => {
        const value = this.#json(line, `line ${index + 1} of ${uri}`);
        return value === undefined ? [] : this.#member(value, source.key!, `line ${index + 1} of ${uri}`);
      });
    }
    const value = this.#json(text, uri);
    return value === undefined ? [] : this.#rows(source.each ?? '$', source.key, value, uri);
  }

  #column(rows: readonly (readonly string[])[], key: string, uri: string): KeyedValue[] {
    const [header = [], ...body] = rows;
    const at = header.indexOf(key);
    if (at === -1) {
      this.#problems.push(`${uri} has no column "${key}": it has ${header.join(', ') || 'none'}`);
      return [];
    }
    return body.flatMap((row, index) => {
      const value = row[at];
      if (value !== undefined && value !== '')
        return [
          { key: value, value: Object.fromEntries(header.map((name, column) => [name, row[column] ?? ''])) },
        ];
      this.#problems.push(`row ${index + 1} of ${uri} has no ${key}`);
      return [];
    });
  }

  #member(value: Json, key: string, where: string): KeyedValue[] {
    const found = isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
    if (typeof found === 'number' || (typeof found === 'string' && found !== ''))
      return [{ key: String(found), value }];
    this.#problems.push(`${where} has no ${key}`);
    return [];
  }

  /** Objects by what `each` selects in them; without it by their keys, with the JSON that they hold. */
  async #objects(
    uri: string,
    each: string | undefined,
    member: string | undefined,
    keyOf: (key: string) => string,
  ): Promise<KeyedValue[]> {
    const { bucket, key: pattern } = this.#place(uri);
    const keys: string[] = [];
    const small = new Set<string>();
    const fits = keyPattern(pattern);
    const pages = paginateListObjectsV2(
      { client: this.#context.s3 },
      { Bucket: bucket, Prefix: literalPrefix(pattern) },
    );
    try {
      for await (const { Contents = [] } of pages) {
        for (const { Key = '', Size = 0 } of Contents) {
          if (!fits.test(Key)) continue;
          keys.push(Key);
          if (Size <= COMPARED_UP_TO_BYTES && /\.json$/.test(Key)) small.add(Key);
        }
      }
    } catch (error) {
      this.#problems.push(`${uri} cannot be listed: ${(error as Error).message}`);
    }
    const found = await mapWithLimit(keys, WIDTH, async (key): Promise<KeyedValue[]> => {
      const where = `s3://${bucket}/${key}`;
      if (each === undefined) {
        if (keys.length > COMPARED_OBJECTS || !small.has(key)) return [{ key: keyOf(key) }];
        return [{ key: keyOf(key), value: parsed(await this.#content(bucket, key, where)) }];
      }
      const text = await this.#content(bucket, key, where);
      const value = text === undefined ? undefined : this.#json(text, where);
      return value === undefined ? [] : this.#rows(each, member, value, where);
    });
    return found.flat();
  }

  /** What an expression selects: keys, or with a member rows that it identifies. */
  #rows(expression: string, member: string | undefined, value: Json, where: string): KeyedValue[] {
    if (member === undefined) return this.#select(expression, value, where);
    const { rows, problem } = selectRows(expression, value);
    if (problem !== undefined) this.#problems.push(`${where}: ${problem}`);
    return rows.flatMap((row) => this.#member(row, member, where));
  }

  #select(expression: string, value: Json, where: string): KeyedValue[] {
    const { keys, rows, problem } = selectKeys(expression, value);
    if (problem !== undefined) this.#problems.push(`${where}: ${problem}`);
    return keys.map((key, index) => (rows ? { key, value: rows[index] } : { key }));
  }

  #json(text: string, where: string): Json | undefined {
    try {
      return JSON.parse(text) as Json;
    } catch {
      this.#problems.push(`${where} is no JSON`);
      return undefined;
    }
  }

  #text(uri: string): Promise<string | undefined> {
    const { bucket, key } = this.#place(uri);
    return this.#content(bucket, key, uri);
  }

  async #content(bucket: string, key: string, where: string): Promise<string | undefined> {
    try {
      return Buffer.from(await this.#context.read(bucket, key)).toString('utf8');
    } catch (error) {
      this.#problems.push(`${where} cannot be read: ${(error as Error).name}`);
      return undefined;
    }
  }

  #place(uri: string): { bucket: string; key: string } {
    const real = withRealBuckets(uri, this.#context.buckets);
    const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/s.exec(real)!;
    return { bucket: bucket!, key: key! };
  }
}

function parsed(text: string | undefined): Json | undefined {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as Json);
  } catch {
    return undefined;
  }
}

/** What the only `*` of a pattern stands for in a key; the whole key where there is none or more than one. */
function starIn(uri: string): (key: string) => string {
  const pattern = uri.replace(/^s3:\/\/[^/]+\//, '');
  const parts = pattern.split('*');
  if (parts.length !== 2) return (key) => key;
  return (key) => key.slice(parts[0]!.length, key.length - parts[1]!.length);
}
