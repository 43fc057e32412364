import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  ListExecutionsCommand,
  ListMapRunsCommand,
  RedriveExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../../../harness/core/json.ts';
import { type Rig, startRig } from './rig.ts';

const GET_OBJECT = 'arn:aws:states:::s3:getObject';

function distributed(fields: object, states?: object): object {
  return {
    StartAt: 'M',
    States: {
      M: {
        Type: 'Map',
        Label: 'M',
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
          StartAt: 'A',
          States: states ?? { A: { Type: 'Pass', End: true } },
        },
        End: true,
        ...fields,
      },
    },
  };
}

const reader = (key: string, config: object) => ({
  Resource: GET_OBJECT,
  Parameters: { Bucket: 'sky', Key: key },
  ReaderConfig: config,
});

const failOdd = {
  A: {
    Type: 'Task',
    Resource: 'arn:aws:lambda:us-east-1:000000000000:function:odd',
    End: true,
  },
};

describe('Distributed Map', () => {
  let rig: Rig;
  let broken = true;
  beforeAll(async () => {
    rig = await startRig({
      functions: {
        odd: (event) => {
          if (broken && Number(event) % 2 === 1) throw new RangeError(`odd ${String(event)}`);
          return Number(event) * 10;
        },
      },
    });
    await rig.s3.send(new CreateBucketCommand({ Bucket: 'sky' }));
    const put = (key: string, body: string) =>
      rig.s3.send(new PutObjectCommand({ Bucket: 'sky', Key: key, Body: body }));
    await put('stars.json', JSON.stringify(['Vega', 'Deneb', 'Altair']));
    await put('nested.json', '{"a": [1], "b": {"c": [{"x": "]"}, {"y": [1, {"z": "\\"}"}]}]}}');
    await put('stars.csv', 'name,mag\nVega,0.03\n"Deneb, far",1.25\nAltair\n');
    await put('stars.jsonl', '{"n":1}\n\n{"n":2}\n');
    await put('parts/1', 'x');
    await put('parts/2', 'yy');
    await put('parts-old/1', 'x');
  });
  afterAll(() => rig.stop());

  const output = async (definition: object, input?: Json) => (await rig.run(definition, input)).output;

  it('reads a JSON array', async () => {
    expect(await output(distributed({ ItemReader: reader('stars.json', { InputType: 'JSON' }) }))).toEqual([
      'Vega',
      'Deneb',
      'Altair',
    ]);
  });

  it('reads what an ItemsPointer names', async () => {
    expect(
      await output(
        distributed({ ItemReader: reader('nested.json', { InputType: 'JSON', ItemsPointer: '/b/c' }) }),
      ),
    ).toEqual([{ x: ']' }, { y: [1, { z: '"}' }] }]);
  });

  it('reads CSV with quotes, short rows and MaxItems', async () => {
    const config = { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW', MaxItems: 3 };
    expect(await output(distributed({ ItemReader: reader('stars.csv', config) }))).toEqual([
      { name: 'Vega', mag: '0.03' },
      { name: 'Deneb, far', mag: '1.25' },
      { name: 'Altair', mag: '' },
    ]);
  });

  it('reads JSON Lines', async () => {
    expect(await output(distributed({ ItemReader: reader('stars.jsonl', { InputType: 'JSONL' }) }))).toEqual([
      { n: 1 },
      { n: 2 },
    ]);
  });

  it('lists the objects under a prefix and nothing beside it', async () => {
    const listing = (await output(
      distributed({
        ItemReader: {
          Resource: 'arn:aws:states:::s3:listObjectsV2',
          Parameters: { Bucket: 'sky', Prefix: 'parts/' },
        },
      }),
    )) as { Key: string; Size: number }[];
    expect(listing.map(({ Key, Size }) => [Key, Size])).toEqual([
      ['parts/1', 1],
      ['parts/2', 2],
    ]);
  });

  it('fails with States.ItemReaderFailed where there is nothing to read', async () => {
    const ended = await rig.run(distributed({ ItemReader: reader('nothing.json', { InputType: 'JSON' }) }));
    expect(ended).toMatchObject({ status: 'FAILED', error: 'States.ItemReaderFailed' });
    expect((await rig.history(ended.arn)).map(({ type }) => type)).toEqual([
      'ExecutionStarted',
      'MapStateEntered',
      'MapStateStarted',
      'MapRunStarted',
      'MapRunFailed',
      'MapStateFailed',
      'ExecutionFailed',
    ]);
  });

  it('batches, lists and describes its children', async () => {
    const ended = await rig.run(
      distributed({ ItemBatcher: { MaxItemsPerBatch: 2, BatchInput: { k: 1 } } }),
      [1, 2, 3],
    );
    expect(ended.output).toEqual([
      { BatchInput: { k: 1 }, Items: [1, 2] },
      { BatchInput: { k: 1 }, Items: [3] },
    ]);
    const { mapRuns } = await rig.sfn.send(new ListMapRunsCommand({ executionArn: ended.arn }));
    const { mapRunArn } = mapRuns![0]!;
    expect(mapRunArn).toMatch(/:mapRun:machine-\d+\/M:[0-9a-f-]{36}$/);
    const run = await rig.sfn.send(new DescribeMapRunCommand({ mapRunArn }));
    expect(run).toMatchObject({
      status: 'SUCCEEDED',
      itemCounts: { total: 3, succeeded: 3 },
      executionCounts: { total: 2, succeeded: 2, resultsWritten: 2 },
    });
    const { executions } = await rig.sfn.send(new ListExecutionsCommand({ mapRunArn }));
    expect(executions!.map(({ itemCount }) => itemCount)).toEqual([1, 2]);
    const child = await rig.sfn.send(
      new DescribeExecutionCommand({ executionArn: executions![1]!.executionArn }),
    );
    expect(child).toMatchObject({
      status: 'SUCCEEDED',
      mapRunArn,
      input: '{"BatchInput":{"k":1},"Items":[1,2]}',
    });
    expect((await rig.history(child.executionArn!)).map(({ type }) => type)).toEqual([
      'ExecutionStarted',
      'PassStateEntered',
      'PassStateExited',
      'ExecutionSucceeded',
    ]);
  });

  it('writes results to S3 and redrives what failed', async () => {
    broken = true;
    const ended = await rig.run(
      distributed(
        {
          ResultWriter: {
            Resource: 'arn:aws:states:::s3:putObject',
            Parameters: { Bucket: 'sky', Prefix: 'results' },
          },
        },
        failOdd,
      ),
      [2, 3, 4],
    );
    expect(ended).toMatchObject({
      status: 'FAILED',
      error: 'States.ExceedToleratedFailureThreshold',
      cause: 'The specified tolerated failure threshold was exceeded',
    });
    broken = false;
    await rig.sfn.send(new RedriveExecutionCommand({ executionArn: ended.arn }));
    const again = await rig.wait(ended.arn);
    expect(again.status).toBe('SUCCEEDED');
    const { ResultWriterDetails } = again.output as { ResultWriterDetails: { Bucket: string; Key: string } };
    const read = async (Key: string) => {
      const { Body } = await rig.s3.send(new GetObjectCommand({ Bucket: 'sky', Key }));
      return JSON.parse(await Body!.transformToString()) as Json;
    };
    const manifest = (await read(ResultWriterDetails.Key)) as {
      ResultFiles: { SUCCEEDED: { Key: string; Size: number }[]; FAILED: Json[] };
    };
    expect(manifest.ResultFiles.FAILED).toEqual([]);
    const [file] = manifest.ResultFiles.SUCCEEDED;
    const entries = (await read(file!.Key)) as { Input: string; Output: string; Status: string }[];
    expect(entries.map(({ Input, Output, Status }) => [Input, Output, Status])).toEqual([
      ['2', '20', 'SUCCEEDED'],
      ['3', '30', 'SUCCEEDED'],
      ['4', '40', 'SUCCEEDED'],
    ]);
  });
});
