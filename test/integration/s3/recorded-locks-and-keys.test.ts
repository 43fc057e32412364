/** Answers recorded from AWS on object lock, encryption, copies and new buckets. */
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  GetObjectLegalHoldCommand,
  GetObjectLockConfigurationCommand,
  GetObjectRetentionCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListPartsCommand,
  PutBucketEncryptionCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  PutObjectLockConfigurationCommand,
  PutObjectRetentionCommand,
  RestoreObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type S3Server, startS3 } from './s3-server.ts';

let server: S3Server;
let s3: S3Client;
const Bucket = 'plain';
const Locked = 'locked';
const Far = new Date('2040-01-01T00:00:00Z');
const Farther = new Date('2045-01-01T00:00:00Z');
const Nearer = new Date('2035-01-01T00:00:00Z');
const Past = new Date('2001-01-01T00:00:00Z');

beforeAll(async () => {
  server = await startS3();
  s3 = server.client();
  await s3.send(new CreateBucketCommand({ Bucket }));
  await s3.send(new CreateBucketCommand({ Bucket: Locked, ObjectLockEnabledForBucket: true }));
  await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'content' }));
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
const invalid = (message: string, ArgumentName?: string, ArgumentValue?: string) => ({
  name: 'InvalidArgument',
  message,
  ...(ArgumentName ? { ArgumentName } : {}),
  ...(ArgumentValue ? { ArgumentValue } : {}),
});

describe('a new bucket', () => {
  it('has the tags, the lock and the region it was made with', async () => {
    const made = await send(
      new CreateBucketCommand({
        Bucket: 'tagged',
        CreateBucketConfiguration: { Tags: [{ Key: 'a', Value: 'b' }] },
      }),
    );
    expect(made).toMatchObject({ Location: '/tagged', BucketArn: 'arn:aws:s3:::tagged' });
    expect((await send(new GetBucketTaggingCommand({ Bucket: 'tagged' }))).TagSet).toEqual([
      { Key: 'a', Value: 'b' },
    ]);
    expect((await send(new HeadBucketCommand({ Bucket: 'tagged' }))).BucketArn).toBe('arn:aws:s3:::tagged');
    expect((await send(new GetBucketVersioningCommand({ Bucket: Locked }))).Status).toBe('Enabled');
    expect(
      (await send(new GetObjectLockConfigurationCommand({ Bucket: Locked }))).ObjectLockConfiguration,
    ).toEqual({ ObjectLockEnabled: 'Enabled' });
    await send(
      new CreateBucketCommand({ Bucket: 'of-eu', CreateBucketConfiguration: { LocationConstraint: 'EU' } }),
    );
    expect((await send(new GetBucketLocationCommand({ Bucket: 'of-eu' }))).LocationConstraint).toBe('EU');
  });

  it.each<[string, object, object]>([
    [
      'twice with tags',
      { Bucket, CreateBucketConfiguration: { Tags: [{ Key: 'a', Value: 'b' }] } },
      { name: 'BucketAlreadyOwnedByYou' },
    ],
    [
      'with a tag twice',
      {
        Bucket: 'new',
        CreateBucketConfiguration: {
          Tags: [
            { Key: 'a', Value: 'b' },
            { Key: 'a', Value: 'c' },
          ],
        },
      },
      { name: 'InvalidTag', TagKey: 'a' },
    ],
    [
      'with a tag of AWS',
      { Bucket: 'new', CreateBucketConfiguration: { Tags: [{ Key: 'aws:a', Value: 'b' }] } },
      {
        name: 'InvalidTag',
        message:
          'User-defined tag keys can\'t start with "aws:". This prefix is reserved for system tags. Remove "aws:" from your tag keys and try again.',
      },
    ],
    [
      'with a list nobody knows',
      { Bucket: 'new', ACL: 'bad' },
      { name: 'InvalidArgument', ArgumentName: 'x-amz-acl' },
    ],
    [
      'that all may read',
      { Bucket: 'new', ACL: 'public-read' },
      { name: 'InvalidBucketAclWithObjectOwnership' },
    ],
    ['with dashes beside dots', { Bucket: 'a.-b' }, { name: 'InvalidBucketName' }],
  ])('is refused %s', (_name, input, expected) =>
    refused(new CreateBucketCommand(input as { Bucket: string }), expected),
  );

  it('is where the request was sent to', async () => {
    const eu = server.client({ region: 'eu-west-1' });
    for (const LocationConstraint of ['us-east-1', 'eu-west-2', 'zz'] as 'eu-west-2'[]) {
      await expect(
        eu.send(
          new CreateBucketCommand({ Bucket: 'new', CreateBucketConfiguration: { LocationConstraint } }),
        ),
      ).rejects.toMatchObject({
        name: 'IllegalLocationConstraintException',
        message: `The ${LocationConstraint} location constraint is incompatible for the region specific endpoint this request was sent to.`,
      });
    }
    await refused(
      new ListBucketsCommand({ BucketRegion: 'xx' }),
      invalid('Argument value xx is not a valid AWS Region', 'bucket-region'),
    );
    await refused(new GetBucketTaggingCommand({ Bucket, ExpectedBucketOwner: 'x' }), {
      name: 'InvalidBucketOwnerAWSAccountID',
      message: 'The value of the expected bucket owner parameter must be an AWS Account ID... [x]',
    });
  });
});

describe('object lock', () => {
  const retain = (Retention: object | undefined, more: object = {}) =>
    new PutObjectRetentionCommand({ Bucket: Locked, Key: 'k', Retention, ...more });

  it('is refused where the bucket has none', async () => {
    const missing = { name: 'InvalidRequest', message: 'Bucket is missing Object Lock Configuration' };
    await refused(new GetObjectRetentionCommand({ Bucket, Key: 'k' }), missing);
    await refused(new GetObjectLegalHoldCommand({ Bucket, Key: 'k' }), missing);
    await refused(new PutObjectLegalHoldCommand({ Bucket, Key: 'k', LegalHold: { Status: 'ON' } }), missing);
    await refused(new PutObjectCommand({ Bucket, Key: 'l', Body: '', ObjectLockLegalHoldStatus: 'ON' }), {
      ...missing,
      message: 'Bucket is missing ObjectLockConfiguration',
    });
    const only = invalid(
      'x-amz-bypass-governance-retention is only applicable to Object Lock enabled buckets.',
      'x-amz-bypass-governance-retention',
    );
    await refused(new DeleteObjectCommand({ Bucket, Key: 'k', BypassGovernanceRetention: true }), only);
    const Delete = { Objects: [{ Key: 'k' }] };
    await refused(new DeleteObjectsCommand({ Bucket, Delete, BypassGovernanceRetention: true }), only);
    await refused(
      new PutBucketVersioningCommand({ Bucket: Locked, VersioningConfiguration: { Status: 'Suspended' } }),
      {
        name: 'InvalidBucketState',
        message:
          'An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.',
      },
    );
  });

  it('keeps a version for as long as it says, and is not weakened', async () => {
    const none = {
      name: 'NoSuchObjectLockConfiguration',
      message: 'The specified object does not have a ObjectLock configuration',
    };
    const { VersionId } = await send(new PutObjectCommand({ Bucket: Locked, Key: 'k', Body: '1' }));
    const version = { Bucket: Locked, Key: 'k', VersionId };
    await refused(new GetObjectRetentionCommand(version), none);
    await refused(new GetObjectLegalHoldCommand(version), none);
    await refused(new GetObjectRetentionCommand({ Bucket: Locked, Key: 'none' }), { name: 'NoSuchKey' });
    await refused(retain({ Mode: 'BAD', RetainUntilDate: Far }), malformed);
    await refused(retain({ Mode: 'GOVERNANCE' }), malformed);
    await refused(retain({ RetainUntilDate: Far }), malformed);
    await refused(
      retain({ Mode: 'GOVERNANCE', RetainUntilDate: Past }),
      invalid(
        'The retain until date must be in the future!',
        'RetainUntilDate',
        'Sun Dec 31 16:00:00 PST 2000',
      ),
    );
    await send(retain({ Mode: 'GOVERNANCE', RetainUntilDate: Far }));
    expect((await send(new GetObjectRetentionCommand(version))).Retention).toEqual({
      Mode: 'GOVERNANCE',
      RetainUntilDate: Far,
    });
    const locked = {
      name: 'AccessDenied',
      message: 'Access Denied because object protected by object lock.',
    };
    await refused(retain({ Mode: 'GOVERNANCE', RetainUntilDate: Nearer }), locked);
    await refused(retain({}), locked);
    await send(retain({ Mode: 'GOVERNANCE', RetainUntilDate: Farther }));
    await send(retain({ Mode: 'GOVERNANCE', RetainUntilDate: Nearer }, { BypassGovernanceRetention: true }));
    await refused(new DeleteObjectCommand(version), locked);
    const many = await send(
      new DeleteObjectsCommand({ Bucket: Locked, Delete: { Objects: [{ Key: 'k', VersionId }] } }),
    );
    expect(many.Errors).toMatchObject([{ Key: 'k', Code: 'AccessDenied', Message: locked.message }]);
    expect(await send(new HeadObjectCommand(version))).toMatchObject({
      ObjectLockMode: 'GOVERNANCE',
      ObjectLockRetainUntilDate: Nearer,
    });
    const hold = (Status: string | undefined) =>
      new PutObjectLegalHoldCommand({ ...version, LegalHold: { Status: Status as 'ON' } });
    await refused(hold('BAD'), malformed);
    await refused(hold(undefined), malformed);
    await send(hold('ON'));
    expect((await send(new GetObjectLegalHoldCommand(version))).LegalHold).toEqual({ Status: 'ON' });
    await refused(new DeleteObjectCommand({ ...version, BypassGovernanceRetention: true }), locked);
    await send(hold('OFF'));
    await send(new DeleteObjectCommand({ ...version, BypassGovernanceRetention: true }));
    await refused(new GetObjectCommand(version), { name: 'NoSuchVersion' });
  });

  it.each<[object, object]>([
    [
      { ObjectLockMode: 'GOVERNANCE' },
      invalid(
        'x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied',
        'x-amz-object-lock-retain-until-date',
      ),
    ],
    [
      { ObjectLockRetainUntilDate: Far },
      invalid(
        'x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied',
        'x-amz-object-lock-mode',
      ),
    ],
    [
      { ObjectLockMode: 'BAD', ObjectLockRetainUntilDate: Far },
      invalid('Unknown wormMode directive.', 'x-amz-object-lock-mode', 'BAD'),
    ],
  ])('is refused in the headers of a write: %j', async (headers, expected) => {
    const target = { Bucket: Locked, Key: 'w', ...headers };
    await refused(new PutObjectCommand({ ...target, Body: '' }), expected);
    await refused(new CreateMultipartUploadCommand(target), expected);
  });

  it('is the bucket’s, where the write says nothing, and survives a restart', async () => {
    const Rule = { DefaultRetention: { Mode: 'COMPLIANCE' as const, Days: 3 } };
    await send(
      new PutObjectLockConfigurationCommand({
        Bucket: Locked,
        ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule },
      }),
    );
    const { VersionId } = await send(new PutObjectCommand({ Bucket: Locked, Key: 'kept', Body: '1' }));
    server = await server.restart();
    s3 = server.client();
    const version = { Bucket: Locked, Key: 'kept', VersionId };
    const { Retention } = await send(new GetObjectRetentionCommand(version));
    expect(Retention.Mode).toBe('COMPLIANCE');
    const days = (Retention.RetainUntilDate.getTime() - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(2.9);
    expect(days).toBeLessThanOrEqual(3);
    await refused(new DeleteObjectCommand({ ...version, BypassGovernanceRetention: true }), {
      name: 'AccessDenied',
    });
  });
});

describe('encryption', () => {
  const KEY = 'arn:aws:kms:us-east-1:000000000000:key/1234abcd-12ab-34cd-56ef-1234567890ab';
  const customer = { SSECustomerAlgorithm: 'AES256', SSECustomerKey: Buffer.alloc(32, 'a').toString() };
  const told = { SSECustomerAlgorithm: 'AES256', SSECustomerKeyMD5: 'Xsqb0+sHwAbNQ65I395/0w==' };

  it('is the bucket’s by default, told of when writing and when reading', async () => {
    const target = { Bucket: 'with-kms', Key: 'k' };
    await send(new CreateBucketCommand({ Bucket: 'with-kms' }));
    expect((await send(new PutObjectCommand({ ...target, Body: '' }))).ServerSideEncryption).toBe('AES256');
    await send(
      new PutBucketEncryptionCommand({
        Bucket: 'with-kms',
        ServerSideEncryptionConfiguration: {
          Rules: [
            {
              ApplyServerSideEncryptionByDefault: {
                SSEAlgorithm: 'aws:kms',
                KMSMasterKeyID: KEY.split('/')[1],
              },
              BucketKeyEnabled: true,
            },
          ],
        },
      }),
    );
    const expected = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: KEY, BucketKeyEnabled: true };
    expect(await send(new PutObjectCommand({ ...target, Body: '' }))).toMatchObject(expected);
    expect(await send(new HeadObjectCommand(target))).toMatchObject(expected);
    expect(await send(new CreateMultipartUploadCommand(target))).toMatchObject(expected);
    // Copies take the key, but not the setting of bucket keys; in a bucket like this one onto themselves, too.
    const copied = await send(new CopyObjectCommand({ ...target, CopySource: 'with-kms/k' }));
    expect(copied).toMatchObject({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: KEY });
    expect(copied.BucketKeyEnabled).toBeUndefined();
    const own = await send(new PutObjectCommand({ ...target, Body: '', ServerSideEncryption: 'aws:kms' }));
    expect(own.SSEKMSKeyId).toMatch(/^arn:aws:kms:us-east-1:000000000000:key\/[0-9a-f-]{36}$/);
    const plain = await send(new PutObjectCommand({ ...target, Body: '', ServerSideEncryption: 'AES256' }));
    expect([plain.ServerSideEncryption, plain.SSEKMSKeyId]).toEqual(['AES256', undefined]);
    await refused(
      new PutObjectCommand({ ...target, Body: '', ServerSideEncryption: 'AES256', SSEKMSKeyId: KEY }),
      {
        name: 'InvalidArgument',
      },
    );
  });

  it('with a customer’s key shows nothing to who has it not', async () => {
    const target = { Bucket, Key: 'secret' };
    const made = await send(new PutObjectCommand({ ...target, Body: 'abc', ...customer }));
    expect(made).toMatchObject(told);
    expect(made.ServerSideEncryption).toBeUndefined();
    const got = await send(new GetObjectCommand({ ...target, ...customer }));
    expect(got).toMatchObject(told);
    expect(await got.Body.transformToString()).toBe('abc');
    const hidden = {
      name: 'InvalidRequest',
      message:
        'The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.',
    };
    await refused(new GetObjectCommand(target), hidden);
    await refused(new GetObjectAttributesCommand({ ...target, ObjectAttributes: ['ETag'] }), hidden);
    await refused(new CopyObjectCommand({ Bucket, Key: 'c', CopySource: `${Bucket}/secret` }), hidden);
    await refused(new GetObjectCommand({ ...target, ...customer, SSECustomerKey: 'b'.repeat(32) }), {
      name: 'AccessDenied',
      message:
        'Requests specifying Server Side Encryption with Customer provided keys must provide the correct secret key.',
    });
    const copy = {
      Bucket,
      Key: 'c',
      CopySource: `${Bucket}/secret`,
      CopySourceSSECustomerAlgorithm: 'AES256',
      CopySourceSSECustomerKey: customer.SSECustomerKey,
    };
    expect(await send(new CopyObjectCommand({ ...copy, ...customer }))).toMatchObject(told);
    const { UploadId } = await send(new CreateMultipartUploadCommand({ ...target, ...customer }));
    const part = { ...target, UploadId, PartNumber: 1, Body: 'a' };
    await refused(new UploadPartCommand(part), {
      name: 'InvalidRequest',
      message:
        'The multipart upload initiate requested encryption. Subsequent part requests must include the appropriate encryption parameters.',
    });
    const { ETag } = await send(new UploadPartCommand({ ...part, ...customer }));
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
    await send(new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload, ...customer }));
  });

  const must = (what: string) =>
    `Requests specifying Server Side Encryption with Customer provided keys must provide ${what}.`;
  it.each<[object, string]>([
    [{ ...customer, SSECustomerAlgorithm: undefined }, must('a valid encryption algorithm')],
    [{ SSECustomerAlgorithm: 'AES256' }, must('an appropriate secret key')],
    [
      { ...customer, SSECustomerKey: 'b'.repeat(31) },
      'The secret key was invalid for the specified algorithm.',
    ],
    [
      { ...customer, ServerSideEncryption: 'AES256' },
      'Server Side Encryption with Customer provided key is incompatible with the encryption method specified',
    ],
  ])('with a key that will not do is refused: %j', (given, message) =>
    refused(
      new PutObjectCommand({ Bucket, Key: 'x', Body: '', ...given }),
      invalid(message, 'x-amz-server-side-encryption'),
    ),
  );
});

describe('a copy', () => {
  it('is told what is wrong with its source', async () => {
    const copy = (CopySource: string) => new CopyObjectCommand({ Bucket, Key: 'target', CopySource });
    for (const source of [Bucket, '/', `${Bucket}%252Fk`]) {
      await refused(
        copy(source),
        invalid('Invalid copy source object key', 'x-amz-copy-source', 'x-amz-copy-source'),
      );
    }
    await send(new PutObjectCommand({ Bucket: Locked, Key: 'gone', Body: '' }));
    const { VersionId } = await send(new DeleteObjectCommand({ Bucket: Locked, Key: 'gone' }));
    await refused(copy(`${Locked}/gone?versionId=${VersionId}`), {
      name: 'InvalidRequest',
      message: 'The source of a copy request may not specifically refer to a delete marker by version id.',
    });
    await refused(copy(`${Locked}/gone`), { name: 'NoSuchKey' });
  });

  it('leaves the redirect behind, and onto itself has to change something', async () => {
    const source = { Bucket, Key: 'from', Body: 's', WebsiteRedirectLocation: '/w', CacheControl: 'c' };
    await send(new PutObjectCommand(source));
    await send(new CopyObjectCommand({ Bucket, Key: 'to', CopySource: `${Bucket}/from` }));
    const head = await send(new HeadObjectCommand({ Bucket, Key: 'to' }));
    expect([head.WebsiteRedirectLocation, head.CacheControl]).toEqual([undefined, 'c']);
    const itself = { Bucket, Key: 'from', CopySource: `${Bucket}/from` };
    for (const given of [{}, { ChecksumAlgorithm: 'SHA256' as const }])
      await refused(new CopyObjectCommand({ ...itself, ...given }), { name: 'InvalidRequest' });
    await send(new CopyObjectCommand({ ...itself, WebsiteRedirectLocation: '/n' }));
  });

  it('of what is archived needs it to be restored', async () => {
    const target = { Bucket, Key: 'cold' };
    await send(new PutObjectCommand({ ...target, Body: 'ice', StorageClass: 'GLACIER' }));
    await refused(new GetObjectCommand(target), {
      name: 'InvalidObjectState',
      message: "The operation is not valid for the object's storage class",
      StorageClass: 'GLACIER',
    });
    await refused(new CopyObjectCommand({ Bucket, Key: 'warm', CopySource: `${Bucket}/cold` }), {
      name: 'InvalidObjectState',
      message: "Operation is not valid for the source object's storage class",
    });
    const restore = new RestoreObjectCommand({ ...target, RestoreRequest: { Days: 3 } });
    expect((await send(restore)).$metadata.httpStatusCode).toBe(202);
    expect((await send(restore)).$metadata.httpStatusCode).toBe(200);
    const got = await send(new GetObjectCommand(target));
    expect(got.Restore).toMatch(
      /^ongoing-request="false", expiry-date="\w{3}, \d\d \w{3} \d{4} 00:00:00 GMT"$/,
    );
    expect(await got.Body.transformToString()).toBe('ice');
    await refused(new RestoreObjectCommand({ Bucket, Key: 'k', RestoreRequest: { Days: 3 } }), {
      name: 'InvalidObjectState',
    });
  });
});

describe('checksums of uploads', () => {
  it('that were begun without one are told of only where one was sent', async () => {
    const target = { Bucket, Key: 'unsummed' };
    const { UploadId } = await send(
      new CreateMultipartUploadCommand({ ...target, ChecksumAlgorithm: undefined }),
    );
    const part = await send(
      new UploadPartCommand({ ...target, UploadId, PartNumber: 1, Body: 'a', ChecksumAlgorithm: 'CRC32' }),
    );
    expect([part.ChecksumCRC32, part.ChecksumCRC64NVME]).toEqual(['6Le+Qw==', undefined]);
    const { Parts } = await send(new ListPartsCommand({ ...target, UploadId }));
    expect(Object.keys(Parts[0]).sort()).toEqual(['ETag', 'LastModified', 'PartNumber', 'Size']);
    const complete = (more: object, parts = [{ PartNumber: 1, ETag: part.ETag }]) =>
      new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts: parts }, ...more });
    await refused(complete({}, []), {
      name: 'InvalidRequest',
      message: 'You must specify at least one part',
    });
    await refused(complete({ ChecksumType: 'COMPOSITE' }), {
      name: 'InvalidRequest',
      message:
        'The upload was created using the null checksum mode. The complete request must use the same checksum mode.',
    });
    expect((await send(complete({}))).ChecksumType).toBe('FULL_OBJECT');
  });

  it('of the whole object come with their type', async () => {
    const target = { Bucket, Key: 'summed' };
    const { UploadId } = await send(
      new CreateMultipartUploadCommand({
        ...target,
        ChecksumAlgorithm: 'CRC32',
        ChecksumType: 'FULL_OBJECT',
      }),
    );
    const { ETag } = await send(
      new UploadPartCommand({ ...target, UploadId, PartNumber: 1, Body: 'aaa', ChecksumAlgorithm: 'CRC32' }),
    );
    const complete = (more: object) =>
      new CompleteMultipartUploadCommand({
        ...target,
        UploadId,
        MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
        ...more,
      });
    const bad = {
      name: 'BadDigest',
      message: 'The crc32 you specified did not match the calculated checksum.',
    };
    await refused(complete({ ChecksumCRC32: 'AAAAAA==', ChecksumType: 'FULL_OBJECT' }), bad);
    await refused(complete({ ChecksumCRC32: '8AdzLQ==' }), bad);
    await refused(complete({ ChecksumSHA256: 'AAAAAA==', ChecksumType: 'FULL_OBJECT' }), bad);
    await send(complete({ ChecksumCRC32: '8AdzLQ==', ChecksumType: 'FULL_OBJECT' }));
  });
});
