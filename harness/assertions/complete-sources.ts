/** Where `expect.complete` finds keys of items and of results. */
import { z } from 'zod';
import { jsonataExpression } from './jsonata.ts';

const uri = z.string().regex(/^s3:\/\/[^/]+\/.+$/, 'it reads s3://BUCKET/KEY');

const eachOf = (what: string) =>
  jsonataExpression
    .optional()
    .describe(`JSONata over ${what}, or a path such as \`$[*].id\`: the key, or a list of keys`);

const one = <Field extends string>(fields: readonly Field[], value: { readonly [F in Field]?: unknown }) =>
  fields.filter((field) => value[field] !== undefined).length === 1;

const ITEM_SOURCES = ['dataset', 'csv', 'jsonl', 'json', 'listing', 'jsonata'] as const;

/** Keys of items: of the dataset, of a table in S3, of a listing, or of the execution's input. */
export const itemsSchema = z
  .strictObject({
    dataset: z
      .literal(true)
      .optional()
      .describe("the scenario's dataset: its rows by `key`, or its files by their keys"),
    csv: uri.optional().describe('a CSV file with a header, `s3://BUCKET/KEY`: its rows by `key`'),
    jsonl: uri.optional().describe('a file of JSON lines, `s3://BUCKET/KEY`: its lines by `key`'),
    json: uri.optional().describe('a JSON file, `s3://BUCKET/KEY`: what `each` selects'),
    listing: uri
      .optional()
      .describe('a listing, `s3://BUCKET/PREFIX/*`: each object by its key, or by what `each` selects'),
    jsonata: jsonataExpression.optional().describe("JSONata over the execution's input: a list of keys"),
    key: z
      .string()
      .min(1)
      .optional()
      .describe(
        "column, or member, that identifies a row, of a table or of what `each` selects; of a listing JSONata over each object's key (`$`)",
      ),
    each: eachOf("an object's JSON"),
  })
  .refine((value) => one(ITEM_SOURCES, value), { message: `items need one of ${ITEM_SOURCES.join(', ')}` })
  .refine(({ csv, jsonl, key }) => (csv ?? jsonl) === undefined || key !== undefined, {
    message: 'items of a table need "key", the column that identifies a row',
  });
export type ItemsSource = z.output<typeof itemsSchema>;

const RESULT_SOURCES = ['objects', 'csv', 'jsonl', 'map', 'output'] as const;

/** Keys of results: of objects, or of outputs. */
export const resultsSchema = z
  .strictObject({
    objects: uri
      .optional()
      .describe('objects, `s3://BUCKET/PREFIX/*.json`: by what `each` selects, or by their keys'),
    csv: uri.optional().describe('a CSV file with a header, `s3://BUCKET/KEY`: its rows by `key`'),
    jsonl: uri.optional().describe('a file of JSON lines, `s3://BUCKET/KEY`: its lines by `key`'),
    map: z
      .string()
      .min(1)
      .optional()
      .describe('a Map state: what `each` selects of the output of each of its successful iterations'),
    output: jsonataExpression.optional().describe("JSONata over the execution's output: a list of keys"),
    key: z
      .string()
      .min(1)
      .optional()
      .describe('column, or member, that identifies a row, of a table or of what `each` selects'),
    each: eachOf("an object's JSON, or an iteration's output"),
  })
  .refine((value) => one(RESULT_SOURCES, value), {
    message: `results need one of ${RESULT_SOURCES.join(', ')}`,
  })
  .refine(({ csv, jsonl, key }) => (csv ?? jsonl) === undefined || key !== undefined, {
    message: 'results of a table need "key", the column that identifies a row',
  })
  .refine(({ map, each }) => map === undefined || each !== undefined, {
    message: 'results of a Map need "each", what identifies an item in its output',
  });
export type ResultsSource = z.output<typeof resultsSchema>;
