/** What a Distributed Map can read, and what its items know of themselves (cases F02, F03, F04, F06, F07, F13). */
import { gzipSync } from 'node:zlib';
import { CreateBucketCommand, PutBucketVersioningCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Rig, startRig } from './rig.ts';

const PASS = { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } };
const DISTRIBUTED = { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }, ...PASS };
const FIRST_ROW = { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW' };

/** A zstd frame with one raw block. */
function zstd(text: string): Buffer {
  const data = Buffer.from(text);
  const header = (data.length << 3) | 1;
  const block = [header & 0xff, (header >> 8) & 0xff, (header >> 16) & 0xff];
  return Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x20, data.length, ...block]), data]);
}

describe('a Distributed Map', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await startRig();
    await rig.s3.send(new CreateBucketCommand({ Bucket: 'sky' }));
    await put('plain.csv', 'a,b\n1,2\n');
    await put('r.csv.gz', gzipSync('a,b\n1,2\n'));
    await put('r.jsonl.gz', gzipSync('{"a":1}\n'));
    await put('r.json.gz', gzipSync('[{"a":1.0}]'));
    await put('r.jsonl.zst', zstd('{"a":1}\n'));
    await put('r.csv.zstd', zstd('a,b\n1,2\n'));
    await put('bad.csv.gz', 'a,b');
    await put(
      'escapes.csv',
      'path,size\nC:\\\\Temp\\\\x.exe,1\nq\\,r,2\ns\\tu,3\n"say \\"hi\\", ""you""",4\n',
    );
    await put('object.json', '{"z":{"n":1},"1":{"n":2}}');
    await put('list.json', '[1.0,1234567890123456789,{"2":"b","1":"a"}]');
    await put('flat/1.csv', 'a\n1\n');
    await put('flat/2.csv', 'a\n2\n');
    await put('flatz/1.jsonl.gz', gzipSync('{"a":1}\n'));
    const columnData = [
      { name: 'name', data: ['Vega', 'Deneb'], type: 'STRING' as const },
      { name: 'id', data: [1234567890123456789n, 2n], type: 'INT64' as const },
      { name: 'mag', data: [1, 0.5], type: 'DOUBLE' as const },
    ];
    await put('r.parquet', Buffer.from(parquetWriteBuffer({ columnData })));
    await put('flatp/r.parquet', Buffer.from(parquetWriteBuffer({ columnData })));
    await put('inventory/data.csv.gz', gzipSync('"sky","k1","5"\n'));
    await put(
      'inventory/manifest.json',
      JSON.stringify({
        destinationBucket: 'arn:aws:s3:::sky',
        fileFormat: 'CSV',
        fileSchema: 'Bucket, Key, Size',
        files: [{ key: 'inventory/data.csv.gz' }],
      }),
    );
    for (const fileFormat of ['Parquet', 'ORC'])
      await put(
        `inventory/${fileFormat}.json`,
        JSON.stringify({ destinationBucket: 'arn:aws:s3:::sky', fileFormat, files: [{ key: 'r.parquet' }] }),
      );
  });
  afterAll(() => rig.stop());

  async function put(Key: string, Body: string | Buffer, Bucket = 'sky') {
    return rig.s3.send(new PutObjectCommand({ Bucket, Key, Body }));
  }
  async function run(fields: object, input: object = {}) {
    const M = { Type: 'Map', ItemProcessor: DISTRIBUTED, End: true, ...fields };
    const { status, error, cause, description, arn } = await rig.run(
      { StartAt: 'M', States: { M } },
      input as never,
    );
    return { status, error, cause, output: description.output, arn };
  }
  const read = (Key: string, ReaderConfig: object, Parameters: object = {}) => ({
    ItemReader: {
      Resource: 'arn:aws:states:::s3:getObject',
      Parameters: { Bucket: 'sky', Key, ...Parameters },
      ReaderConfig,
    },
  });
  const list = (Prefix: string, ReaderConfig?: object) => ({
    ItemReader: {
      Resource: 'arn:aws:states:::s3:listObjectsV2',
      Parameters: { Bucket: 'sky', Prefix },
      ...(ReaderConfig && { ReaderConfig }),
    },
  });

  it.each<[string, object, string]>([
    ['gzipped CSV', read('r.csv.gz', FIRST_ROW), '[{"a":"1","b":"2"}]'],
    ['gzipped JSON Lines', read('r.jsonl.gz', { InputType: 'JSONL' }), '[{"a":1}]'],
    ['gzipped JSON', read('r.json.gz', { InputType: 'JSON' }), '[{"a":1.0}]'],
    ['JSON Lines in zstd', read('r.jsonl.zst', { InputType: 'JSONL' }), '[{"a":1}]'],
    ['CSV in zstd', read('r.csv.zstd', FIRST_ROW), '[{"a":"1","b":"2"}]'],
    [
      'CSV escapes',
      read('escapes.csv', FIRST_ROW),
      '[{"path":"C:\\\\Temp\\\\x.exe","size":"1"},{"path":"q,r","size":"2"},{"path":"stu","size":"3"},{"path":"say \\"hi\\", \\"you\\"","size":"4"}]',
    ],
    ['exact JSON', read('list.json', { InputType: 'JSON' }), '[1.0,1234567890123456789,{"2":"b","1":"a"}]'],
    [
      'an object that ItemsPointer names',
      read('object.json', { InputType: 'JSON', ItemsPointer: '' }),
      '[{"Key":"z","Value":{"n":1}},{"Key":"1","Value":{"n":2}}]',
    ],
    [
      'Parquet',
      read('r.parquet', { InputType: 'PARQUET' }),
      '[{"name":"Vega","id":1234567890123456789,"mag":1.0},{"name":"Deneb","id":2,"mag":0.5}]',
    ],
    [
      'an S3 inventory',
      read('inventory/manifest.json', { InputType: 'MANIFEST', ManifestType: 'S3_INVENTORY' }),
      '[{"Bucket":"sky","Size":"5","Key":"k1"}]',
    ],
    [
      'an S3 inventory in Parquet',
      read('inventory/Parquet.json', { InputType: 'MANIFEST', ManifestType: 'S3_INVENTORY' }),
      '[{"name":"Vega","id":1234567890123456789,"mag":1.0},{"name":"Deneb","id":2,"mag":0.5}]',
    ],
    [
      'LOAD_AND_FLATTEN of CSV',
      list('flat/', { ...FIRST_ROW, Transformation: 'LOAD_AND_FLATTEN' }),
      '[{"a":"1"},{"a":"2"}]',
    ],
    [
      'LOAD_AND_FLATTEN of compressed files',
      list('flatz/', { InputType: 'JSONL', Transformation: 'LOAD_AND_FLATTEN' }),
      '[{"a":1}]',
    ],
    [
      'LOAD_AND_FLATTEN of Parquet',
      list('flatp/', { InputType: 'PARQUET', Transformation: 'LOAD_AND_FLATTEN' }),
      '[{"name":"Vega","id":1234567890123456789,"mag":1.0},{"name":"Deneb","id":2,"mag":0.5}]',
    ],
  ])('reads %s', async (_, fields, output) => {
    expect(await run(fields)).toMatchObject({ status: 'SUCCEEDED', output });
  });

  it('says that a file is not compressed', async () => {
    expect(await run(read('bad.csv.gz', FIRST_ROW))).toMatchObject({
      error: 'States.ItemReaderFailed',
      cause: 'The object bad.csv.gz cannot be decompressed: incorrect header check',
    });
  });

  it('says that inventories in ORC are not served', async () => {
    const manifest = { InputType: 'MANIFEST', ManifestType: 'S3_INVENTORY' };
    expect(await run(read('inventory/ORC.json', manifest))).toMatchObject({
      error: 'States.ItemReaderFailed',
      cause: 'Inventory files of format ORC are not served, only CSV and Parquet.',
    });
  });

  it('says that a file is no Parquet', async () => {
    expect(await run(read('plain.csv', { InputType: 'PARQUET' }))).toMatchObject({
      error: 'States.ItemReaderFailed',
      cause: expect.stringContaining('The Parquet file S3://sky/plain.csv cannot be read: '),
    });
  });

  it('reads the version asked for', async () => {
    await rig.s3.send(new CreateBucketCommand({ Bucket: 'versions' }));
    await rig.s3.send(
      new PutBucketVersioningCommand({ Bucket: 'versions', VersioningConfiguration: { Status: 'Enabled' } }),
    );
    const { VersionId } = await put('v.csv', 'a\nold\n', 'versions');
    await put('v.csv', 'a\nnew\n', 'versions');
    const version = (id?: string) =>
      run(read('v.csv', FIRST_ROW, { Bucket: 'versions', ...(id && { VersionId: id }) }));
    expect((await version(VersionId)).output).toBe('[{"a":"old"}]');
    expect((await version()).output).toBe('[{"a":"new"}]');
    expect(await version('nonexistent')).toMatchObject({
      status: 'FAILED',
      error: 'States.ItemReaderFailed',
    });
  });

  it.each<[string, object]>([
    ['the reader of an object', read('plain.csv', FIRST_ROW, { ExpectedBucketOwner: '999999999999' })],
    [
      'the reader of a list',
      {
        ItemReader: {
          Resource: 'arn:aws:states:::s3:listObjectsV2',
          Parameters: { Bucket: 'sky', ExpectedBucketOwner: '999999999999' },
        },
      },
    ],
  ])('checks the bucket’s owner: %s', async (_, fields) => {
    expect(await run(fields)).toMatchObject({
      error: 'States.ItemReaderFailed',
      cause: expect.stringContaining('Status Code: 403; Error Code: AccessDenied'),
    });
    expect(await run(read('plain.csv', FIRST_ROW, { ExpectedBucketOwner: '000000000000' }))).toMatchObject({
      status: 'SUCCEEDED',
    });
  });

  it('checks the bucket’s owner before results are written', async () => {
    const ResultWriter = {
      Resource: 'arn:aws:states:::s3:putObject',
      Parameters: { Bucket: 'sky', Prefix: 'out', ExpectedBucketOwner: '999999999999' },
    };
    expect(await run({ ItemsPath: '$.i', ResultWriter }, { i: [1] })).toMatchObject({
      error: 'States.ResultWriterFailed',
      cause: expect.stringContaining('Error Code: AccessDenied'),
    });
  });

  describe('tells ItemSelector where an item comes from', () => {
    const ItemSelector = { 's.$': '$$.Map.Item.Source' };
    it.each<[string, object, string]>([
      ['state data', { ItemsPath: '$.i' }, 'STATE_DATA'],
      ['state data, inline', { ItemsPath: '$.i', ItemProcessor: PASS }, 'STATE_DATA'],
      ['a list', list('flat/1'), 'S3://sky'],
      ['CSV', read('plain.csv', FIRST_ROW), 'S3://sky/plain.csv'],
      ['JSON', read('r.json.gz', { InputType: 'JSON' }), 'S3://sky/r.json.gz'],
      ['JSON Lines', read('r.jsonl.gz', { InputType: 'JSONL' }), 'S3://sky/r.jsonl.gz'],
      [
        'an inventory',
        read('inventory/manifest.json', { InputType: 'MANIFEST' }),
        'S3://sky/inventory/data.csv.gz',
      ],
      [
        'loaded files',
        list('flatz/', { InputType: 'JSONL', Transformation: 'LOAD_AND_FLATTEN' }),
        'S3://sky/flatz/1.jsonl.gz',
      ],
    ])('%s', async (_, fields, source) => {
      expect((await run({ ...fields, ItemSelector }, { i: [1] })).output).toBe(`[{"s":"${source}"}]`);
    });

    it('the members of an object', async () => {
      const selector = { 'k.$': '$$.Map.Item.Key', 'v.$': '$$.Map.Item.Value' };
      expect((await run({ ItemsPath: '$.i', ItemSelector: selector }, { i: { x: 1 } })).output).toBe(
        '[{"v":1,"k":"x"}]',
      );
      const config = { InputType: 'JSON', ItemsPointer: '/z' };
      expect((await run({ ...read('object.json', config), ItemSelector: selector })).output).toBe(
        '[{"v":1,"k":"n"}]',
      );
    });
  });

  it.each([
    ['MaxConcurrencyPath', '2'],
    ['ToleratedFailureCountPath', '2'],
    ['ToleratedFailurePercentagePath', '2.5'],
  ])('takes digits as text for %s', async (field, v) => {
    expect(await run({ ItemsPath: '$.i', [field]: '$.v' }, { i: [1], v })).toMatchObject({
      status: 'SUCCEEDED',
    });
    const inline = { ItemProcessor: PASS, ItemsPath: '$.i', [field]: '$.v' };
    expect(await run(inline, { i: [1], v })).toMatchObject({ status: 'SUCCEEDED' });
  });

  it.each([
    ['MaxItemsPerBatchPath', '2'],
    ['MaxInputBytesPerBatchPath', '15000'],
  ])('takes digits as text for %s', async (field, v) => {
    const fields = { ItemsPath: '$.i', ItemBatcher: { [field]: '$.v' } };
    expect(await run(fields, { i: [1], v })).toMatchObject({ status: 'SUCCEEDED' });
  });

  it.each([
    ['ToleratedFailureCountPath', -1, 'ToleratedFailureCount cannot be negative.'],
    ['ToleratedFailureCountPath', '-1', 'ToleratedFailureCount cannot be negative.'],
    ['MaxConcurrencyPath', -1, 'MaxConcurrency cannot be negative.'],
    [
      'ToleratedFailurePercentagePath',
      'x',
      'The ToleratedFailurePercentagePath field refers to value "x" which is not a valid float: $.v',
    ],
    [
      'ToleratedFailurePercentagePath',
      {},
      'The ToleratedFailurePercentagePath field refers to value "{}" which is not a valid float: $.v',
    ],
    [
      'MaxConcurrencyPath',
      'x',
      'The MaxConcurrencyPath field refers to value "x" which is not a valid integer: $.v',
    ],
  ])('refuses %s of %j', async (field, v, cause) => {
    expect(await run({ ItemsPath: '$.i', [field]: '$.v' }, { i: [1], v })).toMatchObject({
      error: 'States.Runtime',
      cause: `An error occurred while executing the state 'M' (entered at the event id #2). ${cause}`,
    });
  });

  it('fails the Map Run for a negative MaxItems', async () => {
    const fields = read('plain.csv', { ...FIRST_ROW, MaxItemsPath: '$.v' });
    const ended = await run(fields, { v: -1 });
    expect(ended).toMatchObject({
      error: 'States.ItemReaderFailed',
      cause: 'field MaxItems must be positive',
    });
    const types = (await rig.history(ended.arn)).map(({ type }) => type);
    expect(types).toEqual([
      'ExecutionStarted',
      'MapStateEntered',
      'MapStateStarted',
      'MapRunStarted',
      'MapRunFailed',
      'MapStateFailed',
      'ExecutionFailed',
    ]);
  });
});
