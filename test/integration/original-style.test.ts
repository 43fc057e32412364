/**
 * The original project's way of defining its pipeline runs as well: a Standard machine in JSONPath, three
 * `lambda:invoke` tasks, a Distributed Map over the items of its input, handlers in Python with boto3.
 */
import { spawnSync } from 'node:child_process';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  ListMapRunsCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wallClock } from '../../harness/core/clock.ts';
import { type LambdaFixture, ROLE, startLambda, zipOf } from './lambda/fixture.ts';

const hasBoto3 = spawnSync('python3', ['-c', 'import boto3']).status === 0;
if (!hasBoto3) console.warn('SKIPPED: python3 has no boto3, so the original style of handlers was not run.');

const INIT = `
import json
import boto3

def handler(event, context):
    s3 = boto3.client('s3')
    listed = s3.list_objects_v2(Bucket=event['data_bucket'], Prefix=event['data_prefix'])
    keys = [found['Key'] for found in listed['Contents']][:int(event['file_limit'])]
    jobs = [{'RANK': str(rank), 'WORLD_SIZE': str(len(keys)), 'DATA_BUCKET': event['data_bucket'],
             'DATA_PATH': key, 'RESULT_BUCKET': event['bucket'], 'RESULT_PATH': event['result_path']}
            for rank, key in enumerate(keys)]
    s3.put_object(Bucket=event['bucket'], Key='payload.json', Body=json.dumps(jobs))
    return {'statusCode': 200, 'body': jobs}
`;

const INFERENCE = `
import json
import boto3

def handler(event, context):
    s3 = boto3.client('s3')
    data = s3.get_object(Bucket=event['DATA_BUCKET'], Key=event['DATA_PATH'])['Body'].read()
    result = {'data_path': event['DATA_PATH'], 'bytes': len(data), 'memory': context.memory_limit_in_mb}
    key = event['RESULT_PATH'] + '/' + event['RANK'] + '.json'
    s3.put_object(Bucket=event['RESULT_BUCKET'], Key=key, Body=json.dumps(result))
    return {'statusCode': 200}
`;

const SUMMARIZE = `
import json
import boto3

def handler(event, context):
    s3 = boto3.client('s3')
    listed = s3.list_objects_v2(Bucket=event['bucket'], Prefix=event['result_path'] + '/')
    results = [json.loads(s3.get_object(Bucket=event['bucket'], Key=found['Key'])['Body'].read())
               for found in listed['Contents']]
    s3.put_object(Bucket=event['bucket'], Key=event['result_path'] + '/combined_data.json', Body=json.dumps(results))
    return {'statusCode': 200, 'body': str(len(results)) + ' results combined'}
`;

const invoke = (name: string) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  OutputPath: '$.Payload',
  Parameters: {
    'Payload.$': '$',
    FunctionName: `arn:aws:lambda:us-east-1:000000000000:function:${name}:$LATEST`,
  },
  Retry: [
    {
      ErrorEquals: [
        'Lambda.ServiceException',
        'Lambda.AWSLambdaException',
        'Lambda.TooManyRequestsException',
      ],
      IntervalSeconds: 1,
      MaxAttempts: 3,
      BackoffRate: 2,
    },
  ],
});

const DEFINITION = {
  Comment: 'Initialize, Model Inference on each partition, Summarize',
  StartAt: 'Initialize',
  States: {
    Initialize: { ...invoke('init'), OutputPath: '$', ResultPath: '$.init', Next: 'Map' },
    Map: {
      Type: 'Map',
      ItemsPath: '$.init.Payload.body',
      MaxConcurrency: 1000,
      Label: 'Map',
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'Model Inference',
        States: { 'Model Inference': { ...invoke('inference'), End: true } },
      },
      ResultPath: '$.map',
      Next: 'Summarize',
    },
    Summarize: { ...invoke('summarize'), End: true },
  },
};

describe.skipIf(!hasBoto3)("the original's style", () => {
  let fixture: LambdaFixture;
  let s3: S3Client;
  let sfn: SFNClient;

  beforeAll(async () => {
    fixture = await startLambda();
    const access = {
      endpoint: fixture.emulator.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    };
    s3 = new S3Client({ ...access, forcePathStyle: true });
    sfn = new SFNClient(access);
    const sources = { init: INIT, inference: INFERENCE, summarize: SUMMARIZE };
    for (const [name, source] of Object.entries(sources)) {
      await fixture.deploy(name, '', {
        Runtime: 'python3.11',
        Handler: 'lambda_function.handler',
        Timeout: 60,
        MemorySize: 1769,
        Code: { ZipFile: zipOf({ 'lambda_function.py': source }) },
      });
    }
    for (const Bucket of ['team4-cosmical', 'cosmicai-data'])
      await s3.send(new CreateBucketCommand({ Bucket }));
    for (let i = 1; i <= 5; i++) {
      const Body = new Uint8Array(1_000 * i);
      await s3.send(new PutObjectCommand({ Bucket: 'cosmicai-data', Key: `50MB/${i}.pt`, Body }));
    }
  });

  afterAll(async () => {
    s3.destroy();
    sfn.destroy();
    await fixture.stop();
  });

  it('runs through: three functions, a Distributed Map, one result a partition', async () => {
    const { stateMachineArn } = await sfn.send(
      new CreateStateMachineCommand({
        name: 'original',
        roleArn: ROLE,
        definition: JSON.stringify(DEFINITION),
      }),
    );
    const input = {
      bucket: 'team4-cosmical',
      file_limit: '100',
      data_bucket: 'cosmicai-data',
      data_prefix: '50MB',
      result_path: 'result-partition-50MB/1GB/1',
    };
    const { executionArn } = await sfn.send(
      new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }),
    );
    let execution = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    while (execution.status === 'RUNNING') {
      await new Promise<void>((resolve) => wallClock().after(100, resolve));
      execution = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    }
    expect([execution.status, execution.cause]).toEqual(['SUCCEEDED', undefined]);
    expect(JSON.parse(execution.output!)).toEqual({ statusCode: 200, body: '5 results combined' });

    const { mapRuns } = await sfn.send(new ListMapRunsCommand({ executionArn }));
    const { itemCounts } = await sfn.send(new DescribeMapRunCommand({ mapRunArn: mapRuns![0]!.mapRunArn! }));
    expect(itemCounts).toMatchObject({ total: 5, succeeded: 5, failed: 0 });

    const { Body } = await s3.send(
      new GetObjectCommand({
        Bucket: 'team4-cosmical',
        Key: `${input.result_path}/combined_data.json`,
      }),
    );
    const combined = JSON.parse(await Body!.transformToString()) as { data_path: string; bytes: number }[];
    expect(combined.map(({ data_path, bytes }) => [data_path, bytes]).sort()).toEqual(
      [1, 2, 3, 4, 5].map((i) => [`50MB/${i}.pt`, 1_000 * i]),
    );
  });
});
