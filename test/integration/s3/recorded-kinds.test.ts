/** Answers of rarer requests, as recorded from AWS. */
import { createHash } from 'node:crypto';
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketReplicationCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutBucketIntelligentTieringConfigurationCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketLoggingCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../harness/emulator/emulator.ts';

let emulator: Emulator;
let s3: S3Client;
const Bucket = 'kinds';

const clientOf = (region: string) =>
  new S3Client({
    endpoint: emulator.endpoint,
    region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    forcePathStyle: true,
    maxAttempts: 1,
  });

beforeAll(async () => {
  emulator = await startEmulator({ port: 0 });
  s3 = clientOf('us-east-1');
  await s3.send(new CreateBucketCommand({ Bucket }));
});
afterAll(async () => {
  s3.destroy();
  await emulator.stop();
});

const md5Of = (text: string) => createHash('md5').update(text).digest();

describe('multipart uploads', () => {
  it('have an initiator with a display name, and an owner without', async () => {
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'shown' }));
    const parts = await s3.send(new ListPartsCommand({ Bucket, Key: 'shown', UploadId }));
    const uploads = await s3.send(new ListMultipartUploadsCommand({ Bucket, Prefix: 'shown' }));
    for (const { Initiator, Owner } of [parts, uploads.Uploads![0]!]) {
      expect(Initiator).toEqual({ ID: Owner!.ID, DisplayName: '000000000000' });
      expect(Owner).toEqual({ ID: expect.any(String) });
    }
  });

  it('refuse a checksum of another algorithm than theirs', async () => {
    const upload = { Bucket, Key: 'other-algorithm' };
    const { UploadId } = await s3.send(
      new CreateMultipartUploadCommand({ ...upload, ChecksumAlgorithm: 'CRC32' }),
    );
    const part = await s3.send(
      new UploadPartCommand({ ...upload, UploadId, PartNumber: 1, Body: 'x', ChecksumAlgorithm: 'CRC32' }),
    );
    const complete = (checksums: object) =>
      s3.send(
        new CompleteMultipartUploadCommand({
          ...upload,
          UploadId,
          MultipartUpload: { Parts: [{ PartNumber: 1, ETag: part.ETag, ...checksums }] },
        }),
      );
    await expect(complete({ ChecksumSHA256: md5Of('x').toString('base64') })).rejects.toMatchObject({
      name: 'BadDigest',
      message: 'The sha256 you specified for part 1 did not match what we received.',
    });
    await complete({ ChecksumCRC32: part.ChecksumCRC32 });
  });

  it('show the digest that a part should have had in base64, an object in hexadecimal', async () => {
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'digest' }));
    const wrong = { Bucket, Key: 'digest', Body: 'right', ContentMD5: md5Of('wrong').toString('base64') };
    await expect(s3.send(new UploadPartCommand({ ...wrong, UploadId, PartNumber: 1 }))).rejects.toMatchObject(
      { name: 'BadDigest', ExpectedDigest: md5Of('wrong').toString('base64') },
    );
    await expect(s3.send(new PutObjectCommand(wrong))).rejects.toMatchObject({
      name: 'BadDigest',
      ExpectedDigest: md5Of('wrong').toString('hex'),
    });
  });
});

describe('configurations', () => {
  it('of logging stay in the region of their bucket', async () => {
    const ireland = clientOf('eu-west-1');
    const create = (name: string) =>
      ireland.send(
        new CreateBucketCommand({
          Bucket: name,
          CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' },
        }),
      );
    const log = (client: S3Client, name: string, TargetBucket: string) =>
      client.send(
        new PutBucketLoggingCommand({
          Bucket: name,
          BucketLoggingStatus: { LoggingEnabled: { TargetBucket, TargetPrefix: 'log/' } },
        }),
      );
    await create('kinds-ireland');
    const refusal = {
      name: 'CrossLocationLoggingProhibitted',
      message: 'Cross S3 location logging not allowed. ',
      $metadata: { httpStatusCode: 403 },
    };
    await expect(log(s3, Bucket, 'kinds-ireland')).rejects.toMatchObject({
      ...refusal,
      TargetBucketLocation: 'eu-west-1',
    });
    await expect(log(ireland, 'kinds-ireland', Bucket)).rejects.toMatchObject({
      ...refusal,
      SourceBucketLocation: 'eu-west-1',
      TargetBucketLocation: 'us-east-1',
    });
    await create('kinds-ireland-logs');
    await log(ireland, 'kinds-ireland', 'kinds-ireland-logs');
    ireland.destroy();
  });

  it('of lifecycles and replications give their rules ids', async () => {
    await s3.send(
      new PutBucketLifecycleConfigurationCommand({
        Bucket,
        LifecycleConfiguration: {
          Rules: [
            { Status: 'Enabled', Filter: { Prefix: 'a/' }, Expiration: { Days: 3 } },
            { ID: 'own', Status: 'Enabled', Filter: { Prefix: 'b/' }, Expiration: { Days: 4 } },
          ],
        },
      }),
    );
    const { Rules } = await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
    expect(Rules).toEqual([
      {
        ID: expect.stringMatching(/^[\w=]{48}$/),
        Status: 'Enabled',
        Filter: { Prefix: 'a/' },
        Expiration: { Days: 3 },
      },
      { ID: 'own', Status: 'Enabled', Filter: { Prefix: 'b/' }, Expiration: { Days: 4 } },
    ]);
    await s3.send(new CreateBucketCommand({ Bucket: 'kinds-copy' }));
    for (const name of [Bucket, 'kinds-copy']) {
      await s3.send(
        new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration: { Status: 'Enabled' } }),
      );
    }
    await s3.send(
      new PutBucketReplicationCommand({
        Bucket,
        ReplicationConfiguration: {
          Role: 'arn:aws:iam::000000000000:role/copy',
          Rules: [{ Prefix: '', Status: 'Enabled', Destination: { Bucket: 'arn:aws:s3:::kinds-copy' } }],
        },
      }),
    );
    const { ReplicationConfiguration } = await s3.send(new GetBucketReplicationCommand({ Bucket }));
    expect(ReplicationConfiguration?.Rules?.[0]?.ID).toMatch(/^[\w=]{48}$/);
  });

  it('of intelligent tiering are put without content; the location of us-east-1 is an empty element', async () => {
    const put = await s3.send(
      new PutBucketIntelligentTieringConfigurationCommand({
        Bucket,
        Id: 'i',
        IntelligentTieringConfiguration: {
          Id: 'i',
          Status: 'Enabled',
          Tierings: [{ Days: 90, AccessTier: 'ARCHIVE_ACCESS' }],
        },
      }),
    );
    expect(put.$metadata.httpStatusCode).toBe(204);
    const location = await fetch(`${emulator.endpoint}/${Bucket}?location`);
    expect(await location.text()).toMatch(/<LocationConstraint xmlns="[^"]+"\/>$/);
  });
});

describe('objects', () => {
  it.each([
    ['=?UTF-8?B?4oCUeA==?=', '=?UTF-8?Q?=E2=80=94x?='],
    ['=?utf-8?q?=E2=80=94_x?=', '=?UTF-8?Q?=E2=80=94_x?='],
    ['=?UTF-8?Q?plain=20text?=', 'plain text'],
    ['=?iso-8859-1?Q?caf=E9?= au lait', '=?UTF-8?Q?caf=C3=A9_au_lait?='],
    ['=?not?encoded', '=?not?encoded'],
  ])('decode the metadata %s', async (sent, kept) => {
    await s3.send(new PutObjectCommand({ Bucket, Key: 'mail-safe', Body: 'x', Metadata: { m: sent } }));
    const { Metadata } = await s3.send(new HeadObjectCommand({ Bucket, Key: 'mail-safe' }));
    expect(Metadata).toEqual({ m: kept });
  });

  it('of a customer key are denied without the digest of the key', async () => {
    const key = Buffer.alloc(32, 'k');
    await s3.send(
      new PutObjectCommand({
        Bucket,
        Key: 'secret',
        Body: 'x',
        SSECustomerAlgorithm: 'AES256',
        SSECustomerKey: key.toString('base64'),
        SSECustomerKeyMD5: createHash('md5').update(key).digest('base64'),
      }),
    );
    const read = await fetch(`${emulator.endpoint}/${Bucket}/secret`, {
      headers: {
        'x-amz-server-side-encryption-customer-algorithm': 'AES256',
        'x-amz-server-side-encryption-customer-key': key.toString('base64'),
      },
    });
    expect(read.status).toBe(403);
    expect(await read.text()).toContain('<Code>AccessDenied</Code>');
  });
});
