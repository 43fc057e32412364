/** Logs Insights, metric filters and subscriptions, over what clients and functions have logged. */
import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import {
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteMetricFilterCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  DescribeMetricFiltersCommand,
  DescribeQueriesCommand,
  DescribeSubscriptionFiltersCommand,
  FilterLogEventsCommand,
  GetLogRecordCommand,
  GetQueryResultsCommand,
  PutLogEventsCommand,
  PutMetricFilterCommand,
  PutSubscriptionFilterCommand,
  StartQueryCommand,
  StopQueryCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type LambdaFixture, startLambda } from '../lambda/fixture.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const run = promisify(execFile);
const hasBoto3 = spawnSync('python3', ['-c', 'import boto3']).status === 0;
const hasCli = spawnSync('aws', ['--version']).status === 0;
const env = {
  ...process.env,
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_DEFAULT_REGION: 'us-east-1',
  AWS_CONFIG_FILE: '/nonexistent',
  AWS_SHARED_CREDENTIALS_FILE: '/nonexistent',
};

let rig: LambdaFixture;
beforeAll(async () => {
  rig = await startLambda();
});
afterAll(() => rig.stop());

async function stream(logGroupName: string) {
  await rig.logs.send(new CreateLogGroupCommand({ logGroupName }));
  await rig.logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName: 's' }));
  return (messages: string[]) =>
    rig.logs.send(
      new PutLogEventsCommand({
        logGroupName,
        logStreamName: 's',
        logEvents: messages.map((message) => ({ timestamp: Date.now(), message })),
      }),
    );
}

const WINDOW = () => ({
  startTime: Math.floor(Date.now() / 1000) - 3600,
  endTime: Math.floor(Date.now() / 1000) + 300,
});

async function query(logGroupNames: string[], queryString: string) {
  const { queryId } = await rig.logs.send(new StartQueryCommand({ logGroupNames, queryString, ...WINDOW() }));
  return vi.waitFor(async () => {
    const answer = await rig.logs.send(new GetQueryResultsCommand({ queryId: queryId! }));
    expect(answer.status).toBe('Complete');
    return answer;
  });
}

const rows = ({ results = [] }: Awaited<ReturnType<typeof query>>) =>
  results.map((row) => Object.fromEntries(row.map(({ field, value }) => [field, value])));

describe('Logs Insights', () => {
  it('finds the REPORT lines of a function', async () => {
    await rig.deploy('queried', 'export const handler = async () => console.log(JSON.stringify({ n: 7 }));');
    for (let i = 0; i < 3; i++) await rig.invoke('queried', {});
    const answer = await query(
      ['/aws/lambda/queried'],
      'filter @type = "REPORT" | stats count(*) as n, max(@duration) as slowest, max(@memorySize / 1000 / 1000) as mb, count(@initDuration) as cold',
    );
    const [row] = rows(answer);
    expect(row).toMatchObject({ n: '3', mb: '128', cold: '1' });
    expect(Number(row?.['slowest'])).toBeGreaterThan(0);
    expect(answer.statistics?.recordsMatched).toBe(3);
    expect(rows(await query(['/aws/lambda/queried'], 'filter n = 7 | stats count(*) as n'))).toEqual([
      { n: '3' },
    ]);
  });

  it('a result leads to its record; queries are described, and gone groups refused', async () => {
    const put = await stream('/insights/records');
    await put(['{"a":{"b":1}}']);
    const answer = await query(['/insights/records'], 'fields @message');
    const [row] = rows(answer);
    expect(row).toMatchObject({ '@message': '{"a":{"b":1}}' });
    const { logRecord } = await rig.logs.send(new GetLogRecordCommand({ logRecordPointer: row!['@ptr']! }));
    expect(logRecord).toMatchObject({
      'a.b': '1',
      '@logStream': 's',
      '@log': '000000000000:/insights/records',
    });
    const described = await rig.logs.send(new DescribeQueriesCommand({ logGroupName: '/insights/records' }));
    expect(described.queries).toMatchObject([
      {
        queryLanguage: 'CWLI',
        status: 'Complete',
        queryString: expect.stringMatching(
          /^SOURCE "\/insights\/records" START=\d+000 END=\d+999 \| fields @message$/,
        ),
      },
    ]);
    await expect(query(['/none'], 'fields @message')).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: "Log group '/none' does not exist for account ID '000000000000'",
    });
    await expect(
      rig.logs.send(new StopQueryCommand({ queryId: described.queries![0]!.queryId! })),
    ).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  it('tells where a query is malformed', async () => {
    await expect(query(['/insights/records'], 'fields @message | count()')).rejects.toMatchObject({
      name: 'MalformedQueryException',
      queryCompileError: { location: { startCharOffset: 18, endCharOffset: 23 } },
    });
  });

  it.skipIf(!hasBoto3)('through boto3 (needs python3 with boto3)', async () => {
    const script = `
import sys, time, boto3
logs = boto3.client('logs', endpoint_url=sys.argv[1])
now = int(time.time())
query = logs.start_query(logGroupName='/insights/records', startTime=now - 600, endTime=now + 600,
                         queryString='fields a.b as x | filter x = 1')['queryId']
for _ in range(50):
    answer = logs.get_query_results(queryId=query)
    if answer['status'] == 'Complete': break
    time.sleep(0.1)
print([[f['value'] for f in row if f['field'] == 'x'] for row in answer['results']])
try:
    logs.start_query(logGroupName='/insights/records', startTime=now, endTime=now, queryString='nothing')
except logs.exceptions.MalformedQueryException as e:
    print(e.response['Error']['Code'])
`;
    const { stdout } = await run('python3', ['-c', script, rig.emulator.endpoint], { env });
    expect(stdout).toBe("[['1']]\nMalformedQueryException\n");
  });
});

describe('metric filters', () => {
  it('make metrics of what matches', async () => {
    const put = await stream('/metric/filters');
    const group = { logGroupName: '/metric/filters' };
    const transformation = { metricNamespace: 'Filtered', metricName: 'latency', metricValue: '$.ms' };
    await rig.logs.send(
      new PutMetricFilterCommand({
        ...group,
        filterName: 'json',
        filterPattern: '{ $.level = "ERROR" }',
        metricTransformations: [{ ...transformation, dimensions: { code: '$.code' } }],
      }),
    );
    await put([
      '{"level":"ERROR","ms":12,"code":"E1"}',
      '{"level":"ERROR","ms":30,"code":"E1"}',
      '{"level":"INFO","ms":9}',
    ]);
    const cloudWatch = new CloudWatchClient({
      endpoint: rig.emulator.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
    const { Datapoints } = await cloudWatch.send(
      new GetMetricStatisticsCommand({
        Namespace: 'Filtered',
        MetricName: 'latency',
        Dimensions: [{ Name: 'code', Value: 'E1' }],
        StartTime: new Date(Date.now() - 600_000),
        EndTime: new Date(Date.now() + 600_000),
        Period: 3600,
        Statistics: ['Sum', 'SampleCount'],
      }),
    );
    cloudWatch.destroy();
    expect(Datapoints).toMatchObject([{ Sum: 42, SampleCount: 2 }]);
    const described = await rig.logs.send(
      new DescribeMetricFiltersCommand({ metricName: 'latency', metricNamespace: 'Filtered' }),
    );
    expect(described.metricFilters).toMatchObject([
      { filterName: 'json', ...group, applyOnTransformedLogs: false },
    ]);
    for (const [query, message] of [
      [{ metricName: 'latency' }, 'must contain both MetricName and MetricNamespace'],
      [{ metricNamespace: 'Filtered' }, 'must contain both MetricName and MetricNamespace'],
      [
        { ...group, metricName: 'latency', metricNamespace: 'Filtered' },
        'must contain either logGroupName or metricName and metricNamespace',
      ],
    ] as const) {
      await expect(rig.logs.send(new DescribeMetricFiltersCommand(query))).rejects.toMatchObject({
        name: 'InvalidParameterException',
        message: `Describe Metric Filters request ${message}`,
      });
    }
    const groups = await rig.logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/metric/' }));
    expect(groups.logGroups?.[0]?.metricFilterCount).toBe(1);
    await expect(
      rig.logs.send(
        new PutMetricFilterCommand({
          ...group,
          filterName: 'two',
          filterPattern: 'x',
          metricTransformations: [
            { metricName: 'metric1', metricNamespace: 'namespace1', metricValue: '1' },
            { metricName: 'metric2', metricNamespace: 'namespace2', metricValue: '1' },
          ],
        }),
      ),
    ).rejects.toMatchObject({
      message:
        "1 validation error detected: Value '[MetricTransformation(metricName=metric1, metricNamespace=namespace1, metricValue=1, defaultValue=null, unit=null, dimensions=null), MetricTransformation(metricName=metric2, metricNamespace=namespace2, metricValue=1, defaultValue=null, unit=null, dimensions=null)]' at 'metricTransformations' failed to satisfy constraint: Member must have length less than or equal to 1",
    });
    await rig.logs.send(new DeleteMetricFilterCommand({ ...group, filterName: 'json' }));
  });
});

describe('subscription filters', () => {
  it('send what matches to a function', async () => {
    const put = await stream('/subscribed');
    await rig.deploy(
      'subscriber',
      'export const handler = async (event) => console.log("GOT " + event.awslogs.data);',
    );
    const filter = {
      logGroupName: '/subscribed',
      filterName: 'test',
      filterPattern: 'wanted',
      destinationArn: 'arn:aws:lambda:us-east-1:000000000000:function:subscriber',
    };
    await rig.logs.send(new PutSubscriptionFilterCommand(filter));
    const { subscriptionFilters } = await rig.logs.send(
      new DescribeSubscriptionFiltersCommand({ logGroupName: '/subscribed' }),
    );
    expect(subscriptionFilters).toMatchObject([{ ...filter, distribution: 'ByLogStream' }]);
    await put(['wanted 1', 'other', 'wanted 2']);
    const line = await vi.waitFor(
      async () => {
        const found = (await rig.messages('subscriber')).find((message) => message.includes('GOT '));
        expect(found).toBeDefined();
        return found!;
      },
      { timeout: 20_000, interval: 100 },
    );
    const data = JSON.parse(gunzipSync(Buffer.from(line.split('GOT ')[1]!, 'base64')).toString());
    expect(data).toMatchObject({
      messageType: 'DATA_MESSAGE',
      owner: '000000000000',
      logGroup: '/subscribed',
      logStream: 's',
      subscriptionFilters: ['test'],
      logEvents: [{ message: 'wanted 1' }, { message: 'wanted 2' }],
    });
    const put2 = (more: object) => rig.logs.send(new PutSubscriptionFilterCommand({ ...filter, ...more }));
    await put2({ filterName: 'second' });
    await expect(put2({ filterName: 'third' })).rejects.toMatchObject({
      name: 'LimitExceededException',
      message: 'Resource limit exceeded.',
    });
    await expect(
      put2({ destinationArn: 'arn:aws:kinesis:us-east-1:000000000000:stream/x' }),
    ).rejects.toMatchObject({ message: 'destinationArn for vendor kinesis cannot be used without roleArn' });
  });
});

describe('recorded answers of CloudWatch Logs', () => {
  it('a name too long, both ways of naming a group, a stream without events', async () => {
    await expect(
      rig.logs.send(new CreateLogGroupCommand({ logGroupName: 'a'.repeat(513) })),
    ).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: 'Invalid LogGroup or LogStream, both must have length less than or equal to 512.',
    });
    await stream('/recorded');
    await expect(
      rig.logs.send(
        new DescribeLogStreamsCommand({ logGroupName: '/recorded', logGroupIdentifier: '/recorded' }),
      ),
    ).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'LogGroup name and LogGroup ARN are mutually exclusive parameters.',
    });
    const { logStreams } = await rig.logs.send(new DescribeLogStreamsCommand({ logGroupName: '/recorded' }));
    expect(logStreams).toEqual([
      {
        arn: 'arn:aws:logs:us-east-1:000000000000:log-group:/recorded:log-stream:s',
        creationTime: expect.any(Number),
        logStreamName: 's',
        storedBytes: 0,
      },
    ]);
    const { logGroups } = await rig.logs.send(
      new DescribeLogGroupsCommand({ logGroupNamePrefix: '/recorded' }),
    );
    expect(logGroups).toEqual([
      {
        arn: 'arn:aws:logs:us-east-1:000000000000:log-group:/recorded:*',
        creationTime: expect.any(Number),
        deletionProtectionEnabled: false,
        logGroupArn: 'arn:aws:logs:us-east-1:000000000000:log-group:/recorded',
        logGroupClass: 'STANDARD',
        logGroupName: '/recorded',
        metricFilterCount: 0,
        storedBytes: 0,
      },
    ]);
    await expect(
      rig.logs.send(new FilterLogEventsCommand({ logGroupName: '/recorded', limit: 10_001 })),
    ).rejects.toMatchObject({
      message:
        "1 validation error detected: Value '10001' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 10000",
    });
  });

  it.skipIf(!hasCli)('the AWS CLI follows a log by FilterLogEvents (needs aws)', async () => {
    const put = await stream('/cli');
    await put(['first', 'second']);
    const { stdout } = await run(
      'aws',
      [
        '--endpoint-url',
        rig.emulator.endpoint,
        'logs',
        'filter-log-events',
        '--log-group-name',
        '/cli',
        '--query',
        'events[].message',
      ],
      { env },
    );
    expect(JSON.parse(stdout)).toEqual(['first', 'second']);
  });
});
