/** Answers recorded from AWS on the configuration of buckets, and on listings of uploads. */
import {
  AbortMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeletePublicAccessBlockCommand,
  GetBucketAclCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketNotificationConfigurationCommand,
  GetPublicAccessBlockCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  PutBucketAclCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketLoggingCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketReplicationCommand,
  PutBucketRequestPaymentCommand,
  PutBucketWebsiteCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
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
type Command = any;
const send = (command: Command): Promise<Command> => s3.send(command);
const refused = (command: Command, expected: object) => expect(send(command)).rejects.toMatchObject(expected);
const malformed = { name: 'MalformedXML' };
const invalidRequest = (message: string) => ({ name: 'InvalidRequest', message });
const invalid = (message: string, ArgumentName?: string, ArgumentValue?: string) => ({
  name: 'InvalidArgument',
  message,
  ...(ArgumentName ? { ArgumentName } : {}),
  ...(ArgumentValue ? { ArgumentValue } : {}),
});

describe('notifications', () => {
  const Events = ['s3:ObjectCreated:*' as const];
  const QueueArn = 'arn:aws:sqs:us-east-1:000000000000:q';
  const put = (NotificationConfiguration: object) =>
    new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration });
  const queue = (...rules: object[]) => ({
    QueueConfigurations: [{ QueueArn, Events, Filter: { Key: { FilterRules: rules } } }],
  });

  it.each<[string, object, object]>([
    [
      'a queue that is no ARN',
      { QueueConfigurations: [{ QueueArn: 'bad', Events }] },
      invalid('The ARN could not be parsed', 'Queue', 'bad'),
    ],
    [
      'a topic that is no ARN',
      { TopicConfigurations: [{ TopicArn: 'bad', Events }] },
      invalid('The ARN could not be parsed', 'TopicArn', 'bad'),
    ],
    [
      'a function that is no ARN',
      { LambdaFunctionConfigurations: [{ LambdaFunctionArn: 'bad', Events }] },
      invalid('The ARN could not be parsed', 'LambdaFunctionArn', 'bad'),
    ],
    [
      'a filter of another name',
      queue({ Name: 'INVALID', Value: 'x' }),
      invalid('filter rule name must be either prefix or suffix', 'FilterRule.Name', 'INVALID'),
    ],
    ['a filter without value', queue({ Name: 'prefix' }), malformed],
    ['a filter without name', queue({ Value: 'x' }), malformed],
    [
      'an event nobody knows',
      { QueueConfigurations: [{ QueueArn, Events: ['s3:Bad'] }] },
      invalid('The event is not supported for notifications', 'Event', 's3:Bad'),
    ],
    [
      'two rules for one event',
      {
        QueueConfigurations: [{ QueueArn, Events }],
        TopicConfigurations: [
          { TopicArn: 'arn:aws:sns:us-east-1:000000000000:t', Events: ['s3:ObjectCreated:Put'] },
        ],
      },
      invalid('Configurations overlap. Configurations on the same bucket cannot share a common event type.'),
    ],
    [
      'two rules whose filters meet',
      {
        QueueConfigurations: ['a', 'ab'].map((Value) => ({
          QueueArn,
          Events,
          Filter: { Key: { FilterRules: [{ Name: 'prefix', Value }] } },
        })),
      },
      invalid(
        'Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are overlapping for the same event type.',
      ),
    ],
  ])('refuse %s', (_name, configuration, expected) => refused(put(configuration), expected));

  it('come back with ids, and with their filters’ names as S3 writes them', async () => {
    await send(
      put({
        EventBridgeConfiguration: {},
        QueueConfigurations: ['a', 'b'].map((Value) => ({
          QueueArn,
          Events,
          Filter: { Key: { FilterRules: [{ Name: 'prefix', Value }] } },
        })),
      }),
    );
    const kept = await send(new GetBucketNotificationConfigurationCommand({ Bucket }));
    expect(kept.EventBridgeConfiguration).toEqual({});
    expect(kept.QueueConfigurations).toMatchObject(
      ['a', 'b'].map((Value) => ({
        Id: expect.stringMatching(/.+/),
        QueueArn,
        Events,
        Filter: { Key: { FilterRules: [{ Name: 'Prefix', Value }] } },
      })),
    );
  });
});

describe('lifecycle rules', () => {
  const rule = { ID: 'a', Filter: { Prefix: 'p' }, Status: 'Enabled', Expiration: { Days: 7 } };
  const put = (Rules: object[], more: object = {}) =>
    new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules }, ...more } as {
      Bucket: string;
    });

  it.each<[string, object, object]>([
    ['without a filter', { ...rule, Filter: undefined }, malformed],
    [
      'with two conditions beside each other',
      { ...rule, Filter: { Prefix: 'p', Tag: { Key: 'a', Value: 'b' } } },
      malformed,
    ],
    ['without a status', { ...rule, Status: undefined }, malformed],
    [
      'that expire at noon',
      { ...rule, Expiration: { Date: new Date('2030-01-01T12:00:00Z') } },
      { name: 'InvalidArgument', message: "'Date' must be at midnight GMT", ArgumentName: 'Date' },
    ],
    [
      'that expire delete markers by age',
      { ...rule, Expiration: { Days: 7, ExpiredObjectDeleteMarker: true } },
      malformed,
    ],
    ['with an empty expiration of older versions', { ...rule, NoncurrentVersionExpiration: {} }, malformed],
    [
      'with a tag twice',
      {
        ...rule,
        Filter: {
          And: {
            Prefix: 'p',
            Tags: [
              { Key: 'a', Value: 'b' },
              { Key: 'a', Value: 'c' },
            ],
          },
        },
      },
      invalidRequest('Duplicate Tag Keys are not allowed.'),
    ],
  ])('are refused %s', (_name, bad, expected) => refused(put([bad]), expected));

  it('are told of in the headers of what they concern', async () => {
    await refused(
      put([rule], { TransitionDefaultMinimumObjectSize: 'bad' }),
      invalidRequest('Invalid TransitionDefaultMinimumObjectSize found: bad'),
    );
    const minimum = 'TransitionDefaultMinimumObjectSize';
    expect((await send(put([rule])))[minimum]).toBe('all_storage_classes_128K');
    expect((await send(new GetBucketLifecycleConfigurationCommand({ Bucket })))[minimum]).toBe(
      'all_storage_classes_128K',
    );
    const made = await send(new PutObjectCommand({ Bucket, Key: 'p/1', Body: '' }));
    expect(made.Expiration).toMatch(/^expiry-date="\w{3}, \d\d \w{3} \d{4} 00:00:00 GMT", rule-id="a"$/);
    expect((await send(new HeadObjectCommand({ Bucket, Key: 'p/1' }))).Expiration).toBe(made.Expiration);
    expect((await send(new PutObjectCommand({ Bucket, Key: 'q/1', Body: '' }))).Expiration).toBeUndefined();
  });
});

describe('websites', () => {
  const index = { IndexDocument: { Suffix: 'i' } };
  const protocol =
    'Invalid protocol, protocol can be http or https. If not defined the protocol will be selected automatically.';
  it.each<[object, object]>([
    [
      {},
      invalid(
        'A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty',
        'IndexDocument',
        'null',
      ),
    ],
    [
      { IndexDocument: { Suffix: '/i' } },
      invalid('The IndexDocument Suffix is not well formed', 'IndexDocument', '/i'),
    ],
    [
      { IndexDocument: { Suffix: '' } },
      invalid('The IndexDocument Suffix is not well formed', 'IndexDocument'),
    ],
    [{ ...index, ErrorDocument: {} }, malformed],
    [{ RedirectAllRequestsTo: { HostName: 'h', Protocol: 'ftp' } }, invalidRequest(protocol)],
    [
      { RedirectAllRequestsTo: { HostName: 'h' }, ...index },
      invalid(
        'RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules.',
        'RedirectAllRequestsTo',
        'not null',
      ),
    ],
    [{ ...index, RoutingRules: [] }, malformed],
    [
      { ...index, RoutingRules: [{ Redirect: { ReplaceKeyPrefixWith: 'b', ReplaceKeyWith: 'c' } }] },
      invalidRequest('You can only define ReplaceKeyPrefix or ReplaceKey but not both.'),
    ],
    [
      { ...index, RoutingRules: [{ Condition: {}, Redirect: { ReplaceKeyWith: 'c' } }] },
      invalidRequest(
        "Condition cannot be empty. To redirect all requests without a condition, the condition element shouldn't be present.",
      ),
    ],
    [
      { ...index, RoutingRules: [{ Redirect: { Protocol: 'p', ReplaceKeyWith: 'c' } }] },
      invalidRequest(protocol),
    ],
  ])('are refused: %j', (WebsiteConfiguration, expected) =>
    refused(new PutBucketWebsiteCommand({ Bucket, WebsiteConfiguration }), expected),
  );
});

describe('access control lists', () => {
  const owner = () => send(new GetBucketAclCommand({ Bucket: 'listed' })).then(({ Owner }) => Owner);
  beforeAll(async () => {
    await send(new CreateBucketCommand({ Bucket: 'listed' }));
    await send(
      new PutBucketOwnershipControlsCommand({
        Bucket: 'listed',
        OwnershipControls: { Rules: [{ ObjectOwnership: 'ObjectWriter' }] },
      }),
    );
    await send(new DeletePublicAccessBlockCommand({ Bucket: 'listed' }));
  });

  const acl = (given: object) => new PutBucketAclCommand({ Bucket: 'listed', ...given });
  it('are refused where they cannot be', async () => {
    const Owner = await owner();
    const grant = (Grantee: object, Permission = 'READ') => ({
      AccessControlPolicy: { Owner, Grants: [{ Grantee, Permission }] },
    });
    const wrong = { name: 'MalformedACLError' };
    for (const [given, expected] of [
      [{}, { name: 'MissingSecurityHeader', MissingHeaderName: 'x-amz-acl' }],
      [{ AccessControlPolicy: {} }, wrong],
      [{ AccessControlPolicy: { Owner } }, wrong],
      [{ ACL: 'private', AccessControlPolicy: { Owner, Grants: [] } }, { name: 'UnexpectedContent' }],
      [
        { AccessControlPolicy: { Owner: { ID: 'x' }, Grants: [] } },
        invalid('Invalid id', 'CanonicalUser/ID', 'x'),
      ],
      [grant({ Type: 'CanonicalUser', ID: Owner.ID }, 'BAD'), wrong],
      [grant({ Type: 'BAD', ID: Owner.ID }), wrong],
      [grant({ Type: 'CanonicalUser', ID: 'x' }), invalid('Invalid id', 'CanonicalUser/ID', 'x')],
      [grant({ Type: 'Group', URI: 'http://x' }), invalid('Invalid group uri', 'Group/URI', 'http://x')],
      [{ GrantRead: 'uri="http://x"' }, invalid('Invalid group uri', 'uri', 'http://x')],
      [{ GrantRead: 'foo=bar' }, invalid('Argument format not recognized', 'x-amz-grant-read', 'foo=bar')],
    ] as [object, object][]) {
      await refused(acl(given), expected);
    }
    await send(acl(grant({ Type: 'CanonicalUser', ID: Owner.ID })));
  });
});

describe('other configurations', () => {
  it('are refused where they cannot be', async () => {
    await refused(
      new PutBucketLoggingCommand({
        Bucket,
        BucketLoggingStatus: { LoggingEnabled: { TargetBucket: 'no-such-target', TargetPrefix: '' } },
      }),
      {
        name: 'InvalidTargetBucketForLogging',
        message: 'The target bucket for logging does not exist',
        TargetBucket: 'no-such-target',
      },
    );
    const payment = { Payer: 'x' as 'Requester' };
    await refused(
      new PutBucketRequestPaymentCommand({ Bucket, RequestPaymentConfiguration: payment }),
      malformed,
    );
    const ReplicationConfiguration = {
      Role: 'arn:aws:iam::000000000000:role/x',
      Rules: [{ Status: 'Enabled' as const, Destination: { Bucket: `arn:aws:s3:::${Bucket}` } }],
    };
    await refused(
      new PutBucketReplicationCommand({ Bucket, ReplicationConfiguration }),
      invalidRequest("Versioning must be 'Enabled' on the bucket to apply a replication configuration"),
    );
    await send(
      new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: { BlockPublicAcls: true } }),
    );
    const block = await send(new GetPublicAccessBlockCommand({ Bucket }));
    expect(block.PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      IgnorePublicAcls: false,
      BlockPublicPolicy: false,
      RestrictPublicBuckets: false,
    });
  });
});

describe('lists of uploads', () => {
  it('name their last upload as the next, whether or not there is a next page', async () => {
    const begin = async (Key: string) =>
      (await send(new CreateMultipartUploadCommand({ Bucket, Key }))).UploadId;
    const [first, second, other] = [await begin('u/1'), await begin('u/1'), await begin('u/2')];
    const list = (given: object = {}) => send(new ListMultipartUploadsCommand({ Bucket, ...given }));
    const all = await list();
    expect([all.NextKeyMarker, all.NextUploadIdMarker, all.Prefix]).toEqual(['u/2', other, undefined]);
    const [a, b] = [await list({ MaxUploads: 1 }), await list({ KeyMarker: 'u/1', UploadIdMarker: first })];
    expect([a.IsTruncated, a.NextKeyMarker, a.NextUploadIdMarker]).toEqual([true, 'u/1', first]);
    expect(b.Uploads.map(({ UploadId }: { UploadId: string }) => UploadId)).toEqual([second, other]);
    const grouped = await list({ Delimiter: '/' });
    expect([grouped.CommonPrefixes, grouped.NextKeyMarker, grouped.NextUploadIdMarker]).toEqual([
      [{ Prefix: 'u/' }],
      '',
      '',
    ]);
    expect((await list({ UploadIdMarker: first })).UploadIdMarker).toBe('');
    await refused(
      new ListMultipartUploadsCommand({ Bucket, KeyMarker: 'u/1', UploadIdMarker: other }),
      invalid('Invalid uploadId marker', 'upload-id-marker', other),
    );
    for (const [Key, UploadId] of [
      ['u/1', first],
      ['u/1', second],
      ['u/2', other],
    ])
      await send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
  });
});
