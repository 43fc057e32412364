/** Configurations of which a bucket has many: inventories, analytics, metrics, intelligent tiering; and who is public. */
import {
  CreateBucketCommand,
  DeleteBucketAnalyticsConfigurationCommand,
  DeleteBucketIntelligentTieringConfigurationCommand,
  DeleteBucketInventoryConfigurationCommand,
  DeleteBucketMetricsConfigurationCommand,
  DeletePublicAccessBlockCommand,
  GetBucketAnalyticsConfigurationCommand,
  GetBucketIntelligentTieringConfigurationCommand,
  GetBucketInventoryConfigurationCommand,
  GetBucketMetricsConfigurationCommand,
  GetBucketPolicyStatusCommand,
  type InventoryConfiguration,
  ListBucketAnalyticsConfigurationsCommand,
  ListBucketIntelligentTieringConfigurationsCommand,
  ListBucketInventoryConfigurationsCommand,
  ListBucketMetricsConfigurationsCommand,
  PutBucketAnalyticsConfigurationCommand,
  PutBucketIntelligentTieringConfigurationCommand,
  PutBucketInventoryConfigurationCommand,
  PutBucketMetricsConfigurationCommand,
  PutBucketPolicyCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type S3Server, startS3 } from './s3-server.ts';

let server: S3Server;
let s3: S3Client;
const Bucket = 'configured';

beforeAll(async () => {
  server = await startS3();
  s3 = server.client();
  await s3.send(new CreateBucketCommand({ Bucket }));
});
afterAll(async () => {
  expect(server.internalErrors).toEqual([]);
  await server.stop();
});

// biome-ignore lint/suspicious/noExplicitAny: commands of any kind are sent.
const send = (command: any): Promise<any> => s3.send(command);

const inventory = (Id: string, change: Partial<InventoryConfiguration> = {}): InventoryConfiguration => ({
  Id,
  IsEnabled: true,
  IncludedObjectVersions: 'All',
  Schedule: { Frequency: 'Daily' },
  OptionalFields: ['Size', 'ETag'],
  Destination: { S3BucketDestination: { Bucket: 'arn:aws:s3:::reports', Format: 'CSV', Prefix: 'a&b' } },
  ...change,
});
const tiering = (Id: string) => ({
  Id,
  Status: 'Enabled' as const,
  Tierings: [{ Days: 90, AccessTier: 'ARCHIVE_ACCESS' as const }],
});
const analytics = (Id: string) => ({ Id, Filter: { Prefix: 'p/' }, StorageClassAnalysis: {} });
const metrics = (Id: string) => ({ Id, Filter: { Prefix: 'p/' } });

const KINDS = [
  {
    what: 'InventoryConfiguration',
    make: inventory,
    put: (Id: string, configuration: InventoryConfiguration) =>
      new PutBucketInventoryConfigurationCommand({ Bucket, Id, InventoryConfiguration: configuration }),
    get: (Id: string) => new GetBucketInventoryConfigurationCommand({ Bucket, Id }),
    remove: (Id: string) => new DeleteBucketInventoryConfigurationCommand({ Bucket, Id }),
    list: () => new ListBucketInventoryConfigurationsCommand({ Bucket }),
  },
  {
    what: 'AnalyticsConfiguration',
    make: analytics,
    put: (Id: string, configuration: ReturnType<typeof analytics>) =>
      new PutBucketAnalyticsConfigurationCommand({ Bucket, Id, AnalyticsConfiguration: configuration }),
    get: (Id: string) => new GetBucketAnalyticsConfigurationCommand({ Bucket, Id }),
    remove: (Id: string) => new DeleteBucketAnalyticsConfigurationCommand({ Bucket, Id }),
    list: () => new ListBucketAnalyticsConfigurationsCommand({ Bucket }),
  },
  {
    what: 'IntelligentTieringConfiguration',
    make: tiering,
    put: (Id: string, configuration: ReturnType<typeof tiering>) =>
      new PutBucketIntelligentTieringConfigurationCommand({
        Bucket,
        Id,
        IntelligentTieringConfiguration: configuration,
      }),
    get: (Id: string) => new GetBucketIntelligentTieringConfigurationCommand({ Bucket, Id }),
    remove: (Id: string) => new DeleteBucketIntelligentTieringConfigurationCommand({ Bucket, Id }),
    list: () => new ListBucketIntelligentTieringConfigurationsCommand({ Bucket }),
  },
  {
    what: 'MetricsConfiguration',
    make: metrics,
    put: (Id: string, configuration: ReturnType<typeof metrics>) =>
      new PutBucketMetricsConfigurationCommand({ Bucket, Id, MetricsConfiguration: configuration }),
    get: (Id: string) => new GetBucketMetricsConfigurationCommand({ Bucket, Id }),
    remove: (Id: string) => new DeleteBucketMetricsConfigurationCommand({ Bucket, Id }),
    list: () => new ListBucketMetricsConfigurationsCommand({ Bucket }),
  },
];

describe.each(KINDS)('$what', ({ what, make, put, get, remove, list }) => {
  const write = (id: string, document = make(id)) => send(put(id, document as never));

  it('is kept by its id, listed in order, replaced and deleted', async () => {
    expect((await send(list())).IsTruncated).toBe(false);
    expect((await send(list()))[`${what}List`]).toBeUndefined();
    await write('second');
    await write('first');
    expect((await send(get('second')))[what]).toEqual(make('second'));
    await write('second');
    const listed = await send(list());
    expect(listed[`${what}List`]).toEqual([make('first'), make('second')]);
    await send(remove('first'));
    await send(remove('second'));
    const gone = {
      name: 'NoSuchConfiguration',
      message: 'The specified configuration does not exist.',
      $metadata: { httpStatusCode: 404 },
    };
    await expect(send(get('first'))).rejects.toMatchObject(gone);
    await expect(send(remove('first'))).rejects.toMatchObject(gone);
  });

  it('has the id of its request', async () => {
    await expect(send(put('one', make('other') as never))).rejects.toMatchObject({
      name: /Inventory|Metrics/.test(what) ? 'IdMismatch' : 'MalformedXML',
    });
  });
});

it.each<[string, Partial<InventoryConfiguration>, string]>([
  ['no schedule', { Schedule: undefined }, 'MalformedXML'],
  ['a field that is none', { OptionalFields: ['Colour' as never] }, 'MalformedXML'],
  [
    'a bucket that is no ARN',
    { Destination: { S3BucketDestination: { Bucket: 'reports', Format: 'CSV' } } },
    'InvalidS3DestinationBucket',
  ],
])('an inventory with %s is refused', async (_what, change, name) => {
  const InventoryConfiguration = inventory('i', change);
  await expect(
    send(new PutBucketInventoryConfigurationCommand({ Bucket, Id: 'i', InventoryConfiguration })),
  ).rejects.toMatchObject({ name });
});

it('lists a hundred at a time, and keeps a thousand at most', async () => {
  const put = (Id: string) =>
    send(new PutBucketMetricsConfigurationCommand({ Bucket: 'many', Id, MetricsConfiguration: { Id } }));
  await send(new CreateBucketCommand({ Bucket: 'many' }));
  const ids = Array.from({ length: 1000 }, (_, i) => `m${String(i).padStart(4, '0')}`);
  await Promise.all(ids.map(put));
  await expect(put('one-more')).rejects.toMatchObject({ name: 'TooManyConfigurations' });
  await put('m0500');
  const seen: string[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await send(
      new ListBucketMetricsConfigurationsCommand({ Bucket: 'many', ContinuationToken }),
    );
    expect(page.MetricsConfigurationList.length).toBe(100);
    seen.push(...page.MetricsConfigurationList.map(({ Id }: { Id: string }) => Id));
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken);
  expect(seen).toEqual(ids);
  await expect(
    send(new ListBucketMetricsConfigurationsCommand({ Bucket: 'many', ContinuationToken: '%%' })),
  ).rejects.toMatchObject({ name: 'InvalidArgument' });
});

it('GetBucketPolicyStatus says whether a policy lets everybody in', async () => {
  const status = () => send(new GetBucketPolicyStatusCommand({ Bucket: 'status' }));
  const policy = (Principal: object) =>
    send(
      new PutBucketPolicyCommand({
        Bucket: 'status',
        Policy: JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Principal, Action: 's3:GetObject', Resource: 'arn:aws:s3:::status/*' },
          ],
        }),
      }),
    );
  await send(new CreateBucketCommand({ Bucket: 'status' }));
  await expect(status()).rejects.toMatchObject({ name: 'NoSuchBucketPolicy' });
  await policy({ AWS: 'arn:aws:iam::000000000000:root' });
  expect((await status()).PolicyStatus).toEqual({ IsPublic: false });
  await send(new DeletePublicAccessBlockCommand({ Bucket: 'status' }));
  await policy({ AWS: '*' });
  expect((await status()).PolicyStatus).toEqual({ IsPublic: true });
});
