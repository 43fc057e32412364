/**
 * Keys of what there was to do and of what was done, for `expect.complete`: read after the steps, from the dataset,
 * tables and listings in S3, and from the executions. What cannot be read as a key is a problem, never left out.
 */
import { paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import type { ItemsSource, ResultsSource } from '../assertions/complete-sources.ts';
import { selectKeys } from '../assertions/select-keys.ts';
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
  return collectItems({ items: complete.items, results: complete.results }, context);
}

/** Both sides of `complete`. */
export async function collectItems(
  { items, results }: { items: ItemsSource; results: ResultsSource },
  context: ItemsContext,
): Promise<ItemsRecord> {
  const problems: string[] = [];
  const collector = new Collector(context, problems);
  const found = { items: await collector.items(items), results: await collector.results(results) };
  return { ...found, ...(problems.length > 0 ? { problems } : {}) };
}

type TableSource = { readonly [Field in 'csv' | 'jsonl' | 'json' | 'key' | 'each']?: string | undefined };

class Collector {
  readonly #context: ItemsContext;
  readonly #problems: string[];

  constructor(context: ItemsContext, problems: string[]) {
    this.#context = context;
    this.#problems = problems;
  }

  async items(source: ItemsSource): Promise<string[]> {
    const { dataset, uploaded, executions } = this.#context;
    if (source.dataset) {
      if (dataset?.itemKeys) return dataset.itemKeys();
      return [...uploaded.keys];
    }
    if (source.csv ?? source.jsonl ?? source.json) return this.#table(source);
    if (source.listing !== undefined) {
      const keys = await this.#objects(source.listing, source.each, (key) => key);
      if (source.key === undefined) return keys;
      return keys.flatMap((key) => this.#select(source.key!, key, `the key ${key}`));
    }
    return executions.flatMap(({ input, name }) =>
      this.#select(source.jsonata!, input, `the input of ${name}`),
    );
  }

  async results(source: ResultsSource): Promise<string[]> {
    const { executions } = this.#context;
    if (source.csv ?? source.jsonl) return this.#table(source);
    if (source.objects !== undefined)
      return this.#objects(source.objects, source.each, starIn(source.objects));
    if (source.map !== undefined) {
      return executions.flatMap((execution) => {
        const { outputs, problem } = mapOutputs(execution, source.map!);
        if (problem !== undefined) this.#problems.push(problem);
        return outputs.flatMap((output) =>
          this.#select(source.each!, output, `an output of ${source.map} in ${execution.name}`),
        );
      });
    }
    return executions.flatMap(({ output, name }) =>
      this.#select(source.output!, output ?? null, `the output of ${name}`),
    );
  }

  /** Rows of a table, or what a JSON file holds. */
  async #table(source: TableSource): Promise<string[]> {
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
    return value === undefined ? [] : this.#select(source.each ?? '$', value, uri);
  }

  #column(rows: readonly (readonly string[])[], key: string, uri: string): string[] {
    const [header = [], ...body] = rows;
    const at = header.indexOf(key);
    if (at === -1) {
      this.#problems.push(`${uri} has no column "${key}": it has ${header.join(', ') || 'none'}`);
      return [];
    }
    return body.flatMap((row, index) => {
      const value = row[at];
      if (value !== undefined && value !== '') return [value];
      this.#problems.push(`row ${index + 1} of ${uri} has no ${key}`);
      return [];
    });
  }

  #member(value: Json, key: string, where: string): string[] {
    const found = isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
    if (typeof found === 'number' || (typeof found === 'string' && found !== '')) return [String(found)];
    this.#problems.push(`${where} has no ${key}`);
    return [];
  }

  async #objects(uri: string, each: string | undefined, keyOf: (key: string) => string): Promise<string[]> {
    const { bucket, key: pattern } = this.#place(uri);
    const keys: string[] = [];
    const fits = keyPattern(pattern);
    const pages = paginateListObjectsV2(
      { client: this.#context.s3 },
      { Bucket: bucket, Prefix: literalPrefix(pattern) },
    );
    try {
      for await (const { Contents = [] } of pages) {
        for (const { Key = '' } of Contents) if (fits.test(Key)) keys.push(Key);
      }
    } catch (error) {
      this.#problems.push(`${uri} cannot be listed: ${(error as Error).message}`);
    }
    if (each === undefined) return keys.map(keyOf);
    const found = await mapWithLimit(keys, WIDTH, async (key) => {
      const where = `s3://${bucket}/${key}`;
      const text = await this.#content(bucket, key, where);
      const value = text === undefined ? undefined : this.#json(text, where);
      return value === undefined ? [] : this.#select(each, value, where);
    });
    return found.flat();
  }

  #select(expression: string, value: Json, where: string): string[] {
    const { keys, problem } = selectKeys(expression, value);
    if (problem !== undefined) this.#problems.push(`${where}: ${problem}`);
    return keys;
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

/** What the only `*` of a pattern stands for in a key; the whole key where there is none or more than one. */
function starIn(uri: string): (key: string) => string {
  const pattern = uri.replace(/^s3:\/\/[^/]+\//, '');
  const parts = pattern.split('*');
  if (parts.length !== 2) return (key) => key;
  return (key) => key.slice(parts[0]!.length, key.length - parts[1]!.length);
}
