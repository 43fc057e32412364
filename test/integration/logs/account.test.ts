/** What the account keeps beside its log groups, with the answers that AWS was recorded to give. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudWatchLogsClient,
  CreateDeliveryCommand,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteDeliveryCommand,
  DeleteDeliveryDestinationPolicyCommand,
  DeleteDeliverySourceCommand,
  DeleteDestinationCommand,
  DeleteLogGroupCommand,
  DeleteQueryDefinitionCommand,
  DeleteResourcePolicyCommand,
  DescribeDeliveriesCommand,
  DescribeDeliveryDestinationsCommand,
  DescribeDeliverySourcesCommand,
  DescribeDestinationsCommand,
  DescribeQueryDefinitionsCommand,
  DescribeResourcePoliciesCommand,
  GetDeliveryCommand,
  GetDeliveryDestinationCommand,
  GetDeliveryDestinationPolicyCommand,
  GetDeliverySourceCommand,
  GetLogGroupFieldsCommand,
  GetQueryResultsCommand,
  ListTagsForResourceCommand,
  PutDeliveryDestinationCommand,
  PutDeliveryDestinationPolicyCommand,
  PutDeliverySourceCommand,
  PutDestinationCommand,
  PutDestinationPolicyCommand,
  PutLogEventsCommand,
  PutQueryDefinitionCommand,
  PutResourcePolicyCommand,
  StartLiveTailCommand,
  StartQueryCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateDeliveryConfigurationCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Emulator, startEmulator } from '../../../harness/emulator/emulator.ts';

let emulator: Emulator;
let logs: CloudWatchLogsClient;
const stateDir = mkdtempSync(join(tmpdir(), 'cosmicai-logs-account-'));
async function start(log?: (line: string) => void) {
  emulator = await startEmulator({ port: 0, stateDir, ...(log ? { log } : {}) });
  logs = new CloudWatchLogsClient({
    endpoint: emulator.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
    disableHostPrefix: true,
  });
}
async function stop() {
  logs.destroy();
  await emulator.stop();
}
beforeAll(() => start());
afterAll(async () => {
  await stop();
  rmSync(stateDir, { recursive: true, force: true });
});

const own = 'arn:aws:logs:us-east-1:000000000000';
// biome-ignore lint/suspicious/noExplicitAny: commands of any kind are sent.
type Command = any;
const refused = (command: Command, name: string, message?: string) =>
  expect(logs.send(command)).rejects.toMatchObject({ name, ...(message === undefined ? {} : { message }) });
const policyDocument = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: 'route53.amazonaws.com' },
      Action: 'logs:PutLogEvents',
      Resource: '*',
    },
  ],
});

describe('resource policies', () => {
  it('of the account are put, replaced, listed by name and deleted; ten at most', async () => {
    const put = await logs.send(new PutResourcePolicyCommand({ policyName: 'b', policyDocument }));
    expect(put).toMatchObject({
      resourcePolicy: { policyName: 'b', policyDocument, policyScope: 'ACCOUNT' },
    });
    expect(put.revisionId).toBeUndefined();
    for (const n of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j']) {
      await logs.send(new PutResourcePolicyCommand({ policyName: n, policyDocument }));
    }
    await refused(
      new PutResourcePolicyCommand({ policyName: 'k', policyDocument }),
      'LimitExceededException',
      'Resource limit exceeded.',
    );
    const first = await logs.send(new DescribeResourcePoliciesCommand({ limit: 6 }));
    const second = await logs.send(new DescribeResourcePoliciesCommand({ nextToken: first.nextToken }));
    const names = [...first.resourcePolicies!, ...second.resourcePolicies!].map((p) => p.policyName);
    expect(names).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j']);
    expect(second.nextToken).toBeUndefined();
    await logs.send(new DeleteResourcePolicyCommand({ policyName: 'b' }));
    await refused(
      new DeleteResourcePolicyCommand({ policyName: 'b' }),
      'ResourceNotFoundException',
      'Policy with name [b] does not exist.',
    );
    await refused(
      new PutResourcePolicyCommand({ policyDocument }),
      'InvalidParameterException',
      'PutResourcePolicy request must contain policy name or resource arn.',
    );
    await refused(
      new PutResourcePolicyCommand({ policyName: 'b', policyDocument: '[' }),
      'InvalidParameterException',
    );
  });

  it('of a log group go by revisions and go with the group', async () => {
    await logs.send(new CreateLogGroupCommand({ logGroupName: '/policied' }));
    const resourceArn = `${own}:log-group:/policied`;
    const first = await logs.send(new PutResourcePolicyCommand({ policyDocument, resourceArn }));
    expect(first).toMatchObject({
      revisionId: '1',
      resourcePolicy: { policyScope: 'RESOURCE', resourceArn },
    });
    await refused(new PutResourcePolicyCommand({ policyDocument, resourceArn }), 'OperationAbortedException');
    await refused(
      new PutResourcePolicyCommand({ policyDocument, resourceArn, expectedRevisionId: '7' }),
      'InvalidParameterException',
      'Invalid ExpectedRevisionId',
    );
    const second = await logs.send(
      new PutResourcePolicyCommand({ policyDocument, resourceArn, expectedRevisionId: '1' }),
    );
    expect(second.revisionId).toBe('2');
    const { resourcePolicies } = await logs.send(new DescribeResourcePoliciesCommand({ resourceArn }));
    expect(resourcePolicies).toMatchObject([{ revisionId: '2', policyScope: 'RESOURCE' }]);
    await refused(new DeleteResourcePolicyCommand({ resourceArn }), 'InvalidParameterException');
    await logs.send(new DeleteLogGroupCommand({ logGroupName: '/policied' }));
    const left = await logs.send(new DescribeResourcePoliciesCommand({ policyScope: 'RESOURCE' }));
    expect(left.resourcePolicies).toEqual([]);
    await refused(
      new PutResourcePolicyCommand({ policyDocument, resourceArn }),
      'ResourceNotFoundException',
      'The specified log group does not exist.',
    );
  });
});

describe('destinations', () => {
  const target = {
    targetArn: 'arn:aws:kinesis:us-east-1:000000000000:stream/s',
    roleArn: 'arn:aws:iam::1:r',
  };

  it('are put, given a policy, tagged, listed by prefix and deleted', async () => {
    const { destination } = await logs.send(
      new PutDestinationCommand({ destinationName: 'one', ...target, tags: { a: '1' } }),
    );
    expect(destination).toEqual({
      destinationName: 'one',
      ...target,
      arn: `${own}:destination:one`,
      creationTime: expect.any(Number),
    });
    await logs.send(new PutDestinationCommand({ destinationName: 'two', ...target }));
    await logs.send(
      new PutDestinationPolicyCommand({ destinationName: 'one', accessPolicy: policyDocument }),
    );
    await logs.send(new TagResourceCommand({ resourceArn: destination!.arn!, tags: { b: '2' } }));
    await logs.send(new UntagResourceCommand({ resourceArn: destination!.arn!, tagKeys: ['a'] }));
    const { tags } = await logs.send(new ListTagsForResourceCommand({ resourceArn: destination!.arn! }));
    expect(tags).toEqual({ b: '2' });
    await logs.send(new PutDestinationCommand({ destinationName: 'one', ...target, roleArn: 'changed' }));
    const listed = await logs.send(new DescribeDestinationsCommand({ DestinationNamePrefix: 'on' }));
    expect(listed.destinations).toEqual([
      { ...destination, roleArn: 'changed', accessPolicy: policyDocument },
    ]);
    await logs.send(new DeleteDestinationCommand({ destinationName: 'one' }));
    await refused(new DeleteDestinationCommand({ destinationName: 'one' }), 'ResourceNotFoundException');
  });
});

describe('deliveries', () => {
  const bucket = { destinationResourceArn: 'arn:aws:s3:::bucket' };
  const source = {
    name: 'source',
    resourceArn: 'arn:aws:cloudfront::000000000000:distribution/E1',
    logType: 'ACCESS_LOGS',
  };

  it('pair a source with a destination once', async () => {
    const made = await logs.send(new PutDeliverySourceCommand({ ...source, tags: { key1: 'value1' } }));
    expect(made.deliverySource).toEqual({
      arn: `${own}:delivery-source:source`,
      logType: 'ACCESS_LOGS',
      name: 'source',
      resourceArns: [source.resourceArn],
      service: 'cloudfront',
      tags: { key1: 'value1' },
    });
    const { deliveryDestination } = await logs.send(
      new PutDeliveryDestinationCommand({
        name: 'bucket',
        outputFormat: 'json',
        deliveryDestinationConfiguration: bucket,
        tags: { key1: 'value1' },
      }),
    );
    expect(deliveryDestination).toEqual({
      arn: `${own}:delivery-destination:bucket`,
      deliveryDestinationConfiguration: bucket,
      deliveryDestinationType: 'S3',
      name: 'bucket',
      outputFormat: 'json',
    });
    const pair = { deliverySourceName: 'source', deliveryDestinationArn: deliveryDestination!.arn! };
    const { delivery } = await logs.send(
      new CreateDeliveryCommand({ ...pair, recordFields: ['date'], fieldDelimiter: ',' }),
    );
    expect(delivery).toEqual({
      ...pair,
      arn: `${own}:delivery:${delivery!.id}`,
      deliveryDestinationType: 'S3',
      fieldDelimiter: ',',
      id: expect.any(String),
      recordFields: ['date'],
    });
    const id = delivery!.id!;
    await refused(new CreateDeliveryCommand(pair), 'ConflictException');
    await refused(new DeleteDeliverySourceCommand({ name: 'source' }), 'ConflictException');
    await logs.send(new UpdateDeliveryConfigurationCommand({ id, recordFields: ['date', 'time'] }));
    const { delivery: read } = await logs.send(new GetDeliveryCommand({ id }));
    expect(read?.recordFields).toEqual(['date', 'time']);
    expect((await logs.send(new DescribeDeliveriesCommand({}))).deliveries).toEqual([read]);
    await logs.send(new DeleteDeliveryCommand({ id }));
    await refused(
      new GetDeliveryCommand({ id }),
      'ResourceNotFoundException',
      'Requested Delivery does not exist in this account.',
    );
    await logs.send(new DeleteDeliverySourceCommand({ name: 'source' }));
    expect((await logs.send(new DescribeDeliverySourcesCommand({}))).deliverySources).toEqual([]);
  });

  it('have destinations with a policy, which may be none', async () => {
    const deliveryDestinationName = 'bucket';
    await logs.send(
      new PutDeliveryDestinationPolicyCommand({
        deliveryDestinationName,
        deliveryDestinationPolicy: policyDocument,
      }),
    );
    const get = () => logs.send(new GetDeliveryDestinationPolicyCommand({ deliveryDestinationName }));
    expect((await get()).policy).toEqual({ deliveryDestinationPolicy: policyDocument });
    await logs.send(new DeleteDeliveryDestinationPolicyCommand({ deliveryDestinationName }));
    expect((await get()).policy).toEqual({});
    const { deliveryDestinations } = await logs.send(new DescribeDeliveryDestinationsCommand({}));
    expect(deliveryDestinations).toMatchObject([
      { name: 'bucket', deliveryDestinationConfiguration: bucket },
    ]);
  });

  it.each([
    [`${own}:log-group:/g:*`, 'CWL'],
    ['arn:aws:firehose:us-east-1:000000000000:deliverystream/s', 'FH'],
    ['arn:aws:s3:::other', 'S3'],
  ])('to %s are of type %s', async (destinationResourceArn, type) => {
    const { deliveryDestination } = await logs.send(
      new PutDeliveryDestinationCommand({
        name: `to-${type}`,
        deliveryDestinationConfiguration: { destinationResourceArn },
      }),
    );
    expect(deliveryDestination?.deliveryDestinationType).toBe(type);
  });

  it.each([
    ['another region', 'arn:aws:logs:us-west-2:000000000000:log-group:/g:*'],
    ['another account', 'arn:aws:firehose:us-east-1:111111111111:deliverystream/s'],
    ['a bucket with a region', 'arn:aws:s3:us-east-1:000000000000:b'],
    ['a function', 'arn:aws:lambda:us-east-1:000000000000:function:f'],
    ['no ARN', 'bucket'],
  ])('go not to %s', (_, destinationResourceArn) =>
    refused(
      new PutDeliveryDestinationCommand({
        name: 'x',
        deliveryDestinationConfiguration: { destinationResourceArn },
      }),
      'ValidationException',
    ),
  );

  it.each<[string, Command, string, string?]>([
    [
      'a format there is not',
      new PutDeliveryDestinationCommand({
        name: 'x',
        outputFormat: 'foobar' as never,
        deliveryDestinationConfiguration: bucket,
      }),
      'ValidationException',
      "1 validation error detected: Value 'foobar' at 'outputFormat' failed to satisfy constraint: Member must satisfy enum value set: [w3c, raw, json, plain, parquet]",
    ],
    [
      'a source that sends no logs',
      new PutDeliverySourceCommand({ ...source, resourceArn: 'arn:aws:s3:::test-s3-bucket' }),
      'ResourceNotFoundException',
      'Cannot access provided service.',
    ],
    [
      'a source of another region',
      new PutDeliverySourceCommand({ ...source, resourceArn: 'arn:aws:ses:us-west-2:000000000000:x' }),
      'ValidationException',
    ],
    [
      'a source that is not there',
      new GetDeliverySourceCommand({ name: 'foobar' }),
      'ResourceNotFoundException',
      'Requested Delivery Source does not exist in this account.',
    ],
    [
      'a destination that is not there',
      new GetDeliveryDestinationCommand({ name: 'foobar' }),
      'ResourceNotFoundException',
      'Requested Delivery Destination does not exist in this account.',
    ],
    [
      'a pair with a destination of another account',
      new CreateDeliveryCommand({
        deliverySourceName: 'none',
        deliveryDestinationArn: 'arn:aws:logs:us-east-1:111111111111:delivery-destination:d',
      }),
      'AccessDeniedException',
    ],
  ])('refuse %s', (_, command, name, message) => refused(command, name, message));
});

describe('queries', () => {
  it('are kept by name', async () => {
    const definition = { name: 'errors/last', queryString: 'fields @message', logGroupNames: ['/a'] };
    const { queryDefinitionId } = await logs.send(new PutQueryDefinitionCommand(definition));
    await logs.send(new PutQueryDefinitionCommand({ ...definition, name: 'else' }));
    await logs.send(
      new PutQueryDefinitionCommand({ ...definition, queryDefinitionId, queryString: 'stats count(*)' }),
    );
    const listed = await logs.send(
      new DescribeQueryDefinitionsCommand({ queryDefinitionNamePrefix: 'errors' }),
    );
    expect(listed.queryDefinitions).toMatchObject([
      { ...definition, queryDefinitionId, queryString: 'stats count(*)', queryLanguage: 'CWLI' },
    ]);
    expect(await logs.send(new DeleteQueryDefinitionCommand({ queryDefinitionId }))).toMatchObject({
      success: true,
    });
    await refused(new DeleteQueryDefinitionCommand({ queryDefinitionId }), 'ResourceNotFoundException');
  });

  it('tell the fields of a group, and their rows page by page', async () => {
    const place = { logGroupName: '/fields', logStreamName: 's' };
    const nowMs = Date.now();
    await logs.send(new CreateLogGroupCommand({ logGroupName: '/fields' }));
    await logs.send(new CreateLogStreamCommand(place));
    await logs.send(
      new PutLogEventsCommand({
        ...place,
        logEvents: [
          { timestamp: nowMs - 20 * 60_000, message: '{"old":1}' },
          { timestamp: nowMs - 2000, message: '{"type":"a","nested":{"level":1}}' },
          { timestamp: nowMs - 1000, message: '{"type":"b"}' },
        ],
      }),
    );
    const { logGroupFields } = await logs.send(new GetLogGroupFieldsCommand({ logGroupName: '/fields' }));
    const system = ['@ingestionTime', '@log', '@logStream', '@message', '@ptr', '@timestamp'];
    expect(logGroupFields).toEqual([
      ...[...system, 'type'].map((name) => ({ name, percent: 100 })),
      { name: 'nested.level', percent: 50 },
    ]);
    const { queryId } = await logs.send(
      new StartQueryCommand({
        logGroupName: '/fields',
        startTime: Math.floor(nowMs / 1000) - 3600,
        endTime: Math.floor(nowMs / 1000) + 1,
        queryString: 'fields @message | sort @timestamp asc',
      }),
    );
    const read = (maxItems?: number, nextToken?: string) =>
      logs.send(new GetQueryResultsCommand({ queryId, maxItems, nextToken } as never));
    await vi.waitFor(async () => expect((await read()).status).toBe('Complete'));
    expect((await read()).results).toHaveLength(3);
    const page = (await read(2)) as { results?: unknown[]; nextToken?: string };
    expect(page.results).toHaveLength(2);
    const rest = (await read(2, page.nextToken)) as typeof page;
    expect(rest.results).toHaveLength(1);
    expect(rest.nextToken).toBeUndefined();
  });

  it.each([
    ['another region', 'arn:aws:logs:us-west-2:000000000000:log-group:/fields'],
    ['another account', 'arn:aws:logs:us-east-1:111111111111:log-group:/fields'],
  ])('know no group by the ARN of %s', async (_, arn) => {
    const query = { startTime: 0, endTime: 1, queryString: 'fields @message' };
    await refused(
      new StartQueryCommand({ ...query, logGroupIdentifiers: [arn] }),
      'ResourceNotFoundException',
      `Log group '${arn}' does not exist for account ID '000000000000'`,
    );
    const none = ['ResourceNotFoundException', 'The specified log group does not exist.'] as const;
    await refused(new StartLiveTailCommand({ logGroupIdentifiers: [arn] }), ...none);
    await refused(new ListTagsForResourceCommand({ resourceArn: arn }), ...none);
  });
});

it('a class of log groups there is not is refused, and an ARN with a star is not followed', async () => {
  await refused(
    new CreateLogGroupCommand({ logGroupName: '/x', logGroupClass: 'ARCHIVE' as never }),
    'InvalidParameterException',
    "1 validation error detected: Value 'ARCHIVE' at 'logGroupClass' failed to satisfy constraint: Member must satisfy enum value set: [STANDARD, INFREQUENT_ACCESS, DELIVERY]",
  );
  await refused(
    new StartLiveTailCommand({ logGroupIdentifiers: [`${own}:log-group:/fields:*`] }),
    'ResourceNotFoundException',
  );
});

it('all of it survives a restart; a damaged record is told of and left out', async () => {
  await stop();
  await start();
  const { destinations } = await logs.send(new DescribeDestinationsCommand({}));
  expect(destinations).toMatchObject([{ destinationName: 'two' }]);
  await stop();
  const path = join(stateDir, 'logs', 'journal');
  const records = readFileSync(path, 'utf8').split('\n');
  const damaged = records.map((line) =>
    line.includes('"destinations"') ? line.replace('"k"', '"x"') : line,
  );
  writeFileSync(path, damaged.join('\n'));
  const lines: string[] = [];
  await start((line) => lines.push(line));
  expect((await logs.send(new DescribeDestinationsCommand({}))).destinations).toEqual([]);
  expect(lines.join('\n')).toContain(`${path}: record`);
});
