import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { AwsError } from '../../../../harness/core/errors.ts';
import type { Json, JsonObject } from '../../../../harness/core/json.ts';
import { limitsOf } from '../../../../harness/core/limits.ts';
import type { ObjectsPort } from '../../../../harness/emulator/services/ports.ts';
import { readItems } from '../../../../harness/emulator/services/stepfunctions/item-readers/index.ts';

function objectsOf(objects: { [key: string]: string | Buffer }): ObjectsPort {
  const keys = Object.keys(objects).sort();
  return {
    async headObject() {
      throw new Error('not asked for');
    },
    async getObject(_bucket, key) {
      const content = objects[key];
      if (content === undefined) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
      const bytes = Buffer.from(content);
      const pieces = Array.from({ length: Math.ceil(bytes.length / 5) }, (_, i) =>
        bytes.subarray(i * 5, i * 5 + 5),
      );
      return {
        sizeBytes: bytes.length,
        etag: '"e"',
        contentType: 'x',
        body: Readable.from(pieces, { objectMode: false }),
      };
    },
    async putObject() {
      throw new Error('not asked for');
    },
    async listObjects(_bucket, { prefix = '', startAfter = '' }) {
      const matching = keys.filter((key) => key.startsWith(prefix) && key > startAfter);
      // Pages of two, so that more than one is needed.
      return {
        objects: matching.slice(0, 2).map((key) => ({
          key,
          sizeBytes: objects[key]!.length,
          etag: '"e"',
          lastModifiedMs: 1_700_000_000_500,
        })),
        truncated: matching.length > 2,
      };
    },
  };
}

async function items(
  objects: { [key: string]: string | Buffer },
  readerConfig: JsonObject,
  parameters: JsonObject = { Bucket: 'b', Key: 'k' },
  action = 'getObject',
): Promise<Json[]> {
  const sources = { objects: objectsOf(objects), limits: limitsOf('aws-default') };
  const found: Json[] = [];
  const itemReader = { resource: `arn:aws:states:::s3:${action}`, parameters, readerConfig };
  for await (const chunk of readItems(itemReader, sources)) found.push(...chunk.items);
  return found;
}

const FIRST_ROW = { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW' };

describe('item readers', () => {
  it('fills short rows and cuts long ones, as recorded', async () => {
    expect(await items({ k: 'H1,\nValue4,Value5,Value6\n,,,\nNull,None,\n   \n' }, FIRST_ROW)).toEqual([
      { H1: 'Value4', '': 'Value5' },
      { H1: '', '': '' },
      { H1: 'Null', '': 'None' },
      { H1: '   ', '': '' },
    ]);
  });

  it('takes quotes, doubled quotes, line breaks in fields, CRLF and a byte order mark', async () => {
    expect(await items({ k: '\uFEFFa,b\r\n"x,1","say ""hi""\nthere"\r\nlast,é' }, FIRST_ROW)).toEqual([
      { a: 'x,1', b: 'say "hi"\nthere' },
      { a: 'last', b: 'é' },
    ]);
  });

  it.each([
    ['PIPE', '|'],
    ['SEMICOLON', ';'],
    ['SPACE', ' '],
    ['TAB', '\t'],
  ])('splits at %s', async (CSVDelimiter, letter) => {
    expect(await items({ k: `a${letter}b\n1${letter}2` }, { ...FIRST_ROW, CSVDelimiter })).toEqual([
      { a: '1', b: '2' },
    ]);
  });

  it('refuses a header that names a column twice', async () => {
    const config = { InputType: 'CSV', CSVHeaderLocation: 'GIVEN', CSVHeaders: ['H1', 'H1'] };
    await expect(items({ k: 'a,b' }, config)).rejects.toThrow('CSV headers cannot contain duplicates.');
  });

  it.each([
    [0, 3],
    [2, 2],
    [100_000_001, 3],
  ])('takes MaxItems %d for %d of three items', async (MaxItems, count) => {
    expect(await items({ k: '[1,2,3]' }, { InputType: 'JSON', MaxItems })).toHaveLength(count);
  });

  it('names the line of JSON Lines that is no JSON', async () => {
    await expect(items({ k: '{"a":1}\n\n{broken\n' }, { InputType: 'JSONL' })).rejects.toThrow(
      /^Line 3 of the JSON Lines file cannot be parsed/,
    );
  });

  it('lists all pages under a prefix', async () => {
    const found = await items(
      { 'p/1': '', 'p/2': 'x', 'p/3': '', q: '' },
      {},
      { Bucket: 'b', Prefix: 'p/' },
      'listObjectsV2',
    );
    expect(found.map((item) => (item as { Key: string }).Key)).toEqual(['p/1', 'p/2', 'p/3']);
    expect(found[1]).toEqual({
      Etag: '"e"',
      Key: 'p/2',
      LastModified: 1_700_000_000,
      Size: 1,
      StorageClass: 'STANDARD',
    });
  });

  it('loads and flattens what it lists', async () => {
    const config = { InputType: 'JSON', Transformation: 'LOAD_AND_FLATTEN' };
    expect(
      await items(
        { 'p/1': '[1]', 'p/2': '[]', 'p/3': '[2,3]' },
        config,
        { Bucket: 'b', Prefix: 'p/' },
        'listObjectsV2',
      ),
    ).toEqual([1, 2, 3]);
  });

  it('reads an S3 inventory', async () => {
    const manifest = {
      fileFormat: 'CSV',
      fileSchema: 'Bucket, Key, Size',
      destinationBucket: 'arn:aws:s3:::inventories',
      files: [{ key: 'f1' }, { key: 'f2' }],
    };
    const objects = {
      k: JSON.stringify(manifest),
      f1: gzipSync('"sky","a","1"\n'),
      f2: gzipSync('"sky","b","2"\n'),
    };
    expect(await items(objects, { InputType: 'MANIFEST' })).toEqual([
      { Bucket: 'sky', Key: 'a', Size: '1' },
      { Bucket: 'sky', Key: 'b', Size: '2' },
    ]);
  });

  it('reads what an Athena manifest names', async () => {
    const config = { InputType: 'JSONL', ManifestType: 'ATHENA_DATA' };
    expect(await items({ k: 's3://b/x\ns3://b/y\n', x: '1\n', y: '2' }, config)).toEqual([1, 2]);
  });

  it.each([
    [{ InputType: 'PARQUET' }, /The specified key does not exist\. \(Service: Amazon S3; Status Code: 404/],
    [{ InputType: 'JSON' }, /The specified key does not exist\. \(Service: Amazon S3; Status Code: 404/],
  ])('says why %j cannot be read', async (config, cause) => {
    await expect(items({}, config)).rejects.toThrow(cause);
  });
});
