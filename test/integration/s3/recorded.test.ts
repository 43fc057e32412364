/** Answers recorded from AWS, case by case: codes, messages and details that clients' error handling reads. */
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketEncryptionCommand,
  DeleteBucketOwnershipControlsCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  DeleteObjectTaggingCommand,
  DeletePublicAccessBlockCommand,
  GetBucketEncryptionCommand,
  GetBucketOwnershipControlsCommand,
  GetObjectAclCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  GetPublicAccessBlockCommand,
  PutBucketAccelerateConfigurationCommand,
  PutBucketEncryptionCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  PutObjectLockConfigurationCommand,
  PutObjectTaggingCommand,
  type S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type S3Server, startS3 } from './s3-server.ts';

let server: S3Server;
let s3: S3Client;
const Bucket = 'recorded';
const Versioned = 'recorded-versions';

beforeAll(async () => {
  server = await startS3();
  s3 = server.client();
  for (const name of [Bucket, Versioned]) await s3.send(new CreateBucketCommand({ Bucket: name }));
  await s3.send(
    new PutBucketVersioningCommand({ Bucket: Versioned, VersioningConfiguration: { Status: 'Enabled' } }),
  );
});

afterAll(async () => {
  expect(server.internalErrors).toEqual([]);
  await server.stop();
});

const refused = (call: Promise<unknown>, expected: object) => expect(call).rejects.toMatchObject(expected);
const NEVER_GIVEN = 'HPniJFCxqTsMuIH9KX8K8wEjNUgmABCD';

describe('versions', () => {
  const Key = 'versioned';

  it('that never were are told from those that are gone', async () => {
    const invalid = {
      name: 'InvalidArgument',
      message: 'Invalid version id specified',
      ArgumentName: 'versionId',
      ArgumentValue: NEVER_GIVEN,
    };
    const { VersionId } = await s3.send(new PutObjectCommand({ Bucket: Versioned, Key, Body: 'x' }));
    for (const name of [Bucket, Versioned]) {
      const named = { Bucket: name, Key, VersionId: NEVER_GIVEN };
      await refused(s3.send(new GetObjectCommand(named)), invalid);
      await refused(s3.send(new DeleteObjectCommand(named)), invalid);
      const { Errors } = await s3.send(
        new DeleteObjectsCommand({ Bucket: name, Delete: { Objects: [{ Key, VersionId: NEVER_GIVEN }] } }),
      );
      expect(Errors).toEqual([
        {
          Key,
          VersionId: NEVER_GIVEN,
          Code: 'NoSuchVersion',
          Message: 'The specified version does not exist.',
        },
      ]);
    }
    expect(VersionId).toMatch(/^[A-Za-z0-9._]{32}$/);
    await s3.send(new DeleteObjectCommand({ Bucket: Versioned, Key, VersionId }));
    await refused(s3.send(new GetObjectCommand({ Bucket: Versioned, Key, VersionId })), {
      name: 'NoSuchVersion',
      VersionId,
    });
  });

  it('that are delete markers have no tags', async () => {
    await s3.send(new PutObjectCommand({ Bucket: Versioned, Key: 'tagged', Body: 'x' }));
    await s3.send(new DeleteObjectCommand({ Bucket: Versioned, Key: 'tagged' }));
    const target = { Bucket: Versioned, Key: 'tagged' };
    const notAllowed = (Method: string) => ({
      name: 'MethodNotAllowed',
      Method,
      ResourceType: 'DeleteMarker',
    });
    await refused(s3.send(new GetObjectTaggingCommand(target)), notAllowed('GET'));
    await refused(s3.send(new DeleteObjectTaggingCommand(target)), notAllowed('DELETE'));
    await refused(
      s3.send(new PutObjectTaggingCommand({ ...target, Tagging: { TagSet: [{ Key: 'a', Value: '' }] } })),
      notAllowed('PUT'),
    );
    // Nor can their access list be changed, but it is looked for in vain.
    const own = (ObjectOwnership: 'ObjectWriter' | 'BucketOwnerEnforced') =>
      s3.send(
        new PutBucketOwnershipControlsCommand({
          Bucket: Versioned,
          OwnershipControls: { Rules: [{ ObjectOwnership }] },
        }),
      );
    await own('ObjectWriter');
    await refused(s3.send(new PutObjectAclCommand({ ...target, ACL: 'private' })), notAllowed('PUT'));
    await refused(s3.send(new GetObjectAclCommand(target)), { name: 'NoSuchKey' });
    await own('BucketOwnerEnforced');
  });

  it('are configured in one of two ways', async () => {
    await refused(s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: {} })), {
      name: 'IllegalVersioningConfigurationException',
      message: 'The Versioning element must be specified',
    });
    const Status = 'enabled' as 'Enabled';
    await refused(s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } })), {
      name: 'MalformedXML',
    });
  });
});

describe('conditions of writes', () => {
  const Key = 'condition';
  const notImplemented = (Header: string, additionalMessage: string) => ({
    name: 'NotImplemented',
    Header,
    additionalMessage,
  });

  it('take the values S3 takes', async () => {
    const put = (given: object) => s3.send(new PutObjectCommand({ Bucket, Key, Body: '', ...given }));
    await refused(
      put({ IfMatch: '*' }),
      notImplemented('If-Match', "We don't accept the provided value of If-Match header for this API"),
    );
    await refused(
      put({ IfMatch: 'x', IfNoneMatch: '*' }),
      notImplemented('If-Match,If-None-Match', 'Multiple conditional request headers present in the request'),
    );
    await refused(put({ IfMatch: 'd41d8cd98f00b204e9800998ecf8427e' }), { name: 'NoSuchKey', Key });
  });

  it('fail in a multipart upload that another change of the key has overtaken', async () => {
    const begin = async () => {
      const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
      const part = { Bucket, Key, UploadId, PartNumber: 1, Body: 'part' };
      const { ETag } = await s3.send(new UploadPartCommand(part));
      return (given: object) =>
        s3.send(
          new CompleteMultipartUploadCommand({
            Bucket,
            Key,
            UploadId,
            MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
            ...given,
          }),
        );
    };
    const conflict = (Condition: string) => ({ name: 'ConditionalRequestConflict', Condition, Key });
    const put = () => s3.send(new PutObjectCommand({ Bucket, Key, Body: 'test' }));
    await put();
    const whileThere = await begin();
    await refused(whileThere({ IfNoneMatch: '*' }), {
      name: 'PreconditionFailed',
      Condition: 'If-None-Match',
    });
    await s3.send(new DeleteObjectCommand({ Bucket, Key }));
    await refused(whileThere({ IfNoneMatch: '*' }), conflict('If-None-Match'));
    await (await begin())({ IfNoneMatch: '*' });
    const { ETag } = await put();
    const overtaken = await begin();
    await new Promise((resolve) => setTimeout(resolve, 5));
    await put();
    await refused(overtaken({ IfMatch: ETag }), conflict('If-Match'));
    await (await begin())({ IfMatch: ETag });
  });

  it('of a copy’s source are named in full', async () => {
    const { ETag } = await s3.send(new PutObjectCommand({ Bucket, Key: 'source', Body: 'data' }));
    const copy = (given: object) =>
      s3.send(new CopyObjectCommand({ Bucket, Key: 'target', CopySource: `${Bucket}/source`, ...given }));
    const past = new Date(Date.now() - 60_000);
    for (const [given, condition] of [
      [{ CopySourceIfMatch: 'other' }, 'If-Match'],
      [{ CopySourceIfNoneMatch: ETag }, 'If-None-Match'],
      [{ CopySourceIfNoneMatch: ETag!.replaceAll('"', '') }, 'If-None-Match'],
      [{ CopySourceIfUnmodifiedSince: past }, 'If-Unmodified-Since'],
    ] as const) {
      await refused(copy(given), {
        name: 'PreconditionFailed',
        Condition: `x-amz-copy-source-${condition}`,
      });
    }
    await copy({ CopySourceIfMatch: ETag, CopySourceIfUnmodifiedSince: past });
    await copy({ CopySourceIfModifiedSince: new Date(Date.now() + 60_000) });
  });
});

describe('tags', () => {
  it('are refused with what is wrong in them', async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key: 'tags', Body: '' }));
    const ofBucket = (TagSet: { Key: string; Value: string }[]) =>
      s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
    const ofObject = (TagSet: { Key: string; Value: string }[]) =>
      s3.send(new PutObjectTaggingCommand({ Bucket, Key: 'tags', Tagging: { TagSet } }));
    const twice = [
      { Key: 'Key1', Value: 'a' },
      { Key: 'Key1', Value: 'b' },
    ];
    const invalid = (message: string, details: object) => ({ name: 'InvalidTag', message, ...details });
    for (const put of [ofBucket, ofObject]) {
      await refused(
        put(twice),
        invalid('Cannot provide multiple Tags with the same key', { TagKey: 'Key1' }),
      );
      await refused(
        put([{ Key: 'Key1,Key2', Value: '' }]),
        invalid('The TagKey you have provided is invalid', { TagKey: 'Key1,Key2' }),
      );
      await refused(
        put([{ Key: 'Key1', Value: 'Val1,Val2' }]),
        invalid('The TagValue you have provided is invalid', { TagKey: 'Key1', TagValue: 'Val1,Val2' }),
      );
    }
    const reserved = [{ Key: 'aws:prefixed', Value: '' }];
    await refused(ofBucket(reserved), { message: 'System tags cannot be added/updated by requester' });
    await refused(ofObject(reserved), { message: 'Your TagKey cannot be prefixed with aws:' });
    for (const Tagging of ['key1=val1&key1=val2', 'key1=val1,key2=val2']) {
      await refused(s3.send(new PutObjectCommand({ Bucket, Key: 'tags', Body: '', Tagging })), {
        name: 'InvalidArgument',
        ArgumentName: 'x-amz-tagging',
        ArgumentValue: Tagging,
      });
    }
    await refused(s3.send(new GetObjectTaggingCommand({ Bucket, Key: 'absent' })), {
      name: 'NoSuchKey',
      Key: `${Bucket}/absent`,
    });
  });
});

describe('configuration that every bucket has', () => {
  it('is not what it was once it is deleted', async () => {
    const target = { Bucket: Versioned };
    await s3.send(new GetBucketOwnershipControlsCommand(target));
    for (let i = 0; i < 2; i++) {
      await s3.send(new DeleteBucketOwnershipControlsCommand(target));
      await s3.send(new DeletePublicAccessBlockCommand(target));
      await s3.send(new DeleteBucketEncryptionCommand(target));
    }
    await refused(s3.send(new GetBucketOwnershipControlsCommand(target)), {
      name: 'OwnershipControlsNotFoundError',
      BucketName: Versioned,
    });
    await refused(s3.send(new GetPublicAccessBlockCommand(target)), {
      name: 'NoSuchPublicAccessBlockConfiguration',
    });
    // AWS's documentation of DeleteBucketEncryption: it "resets the default encryption" to SSE-S3.
    const { ServerSideEncryptionConfiguration: encryption } = await s3.send(
      new GetBucketEncryptionCommand(target),
    );
    expect(encryption?.Rules).toEqual([
      { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: false },
    ]);
  });

  it('is refused where it says nothing that can be', async () => {
    const rule = (SSEAlgorithm: 'AES256' | 'aws:kms', KMSMasterKeyID?: string) => ({
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm, ...(KMSMasterKeyID ? { KMSMasterKeyID } : {}) },
    });
    const encrypt = (Rules: object[]) =>
      s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } }));
    await refused(encrypt([]), { name: 'MalformedXML' });
    await refused(encrypt([rule('AES256'), rule('AES256')]), { name: 'MalformedXML' });
    await refused(encrypt([rule('AES256', 'key')]), {
      name: 'InvalidArgument',
      message:
        'a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse',
    });
    const Status = 'enabled' as 'Enabled';
    await refused(
      s3.send(new PutBucketAccelerateConfigurationCommand({ Bucket, AccelerateConfiguration: { Status } })),
      { name: 'MalformedXML' },
    );
    const lock = (name: string, configuration: object) =>
      s3.send(
        new PutObjectLockConfigurationCommand({ Bucket: name, ObjectLockConfiguration: configuration }),
      );
    await refused(lock(Bucket, { ObjectLockEnabled: 'Enabled' }), {
      name: 'InvalidBucketState',
      message: "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration",
    });
    await refused(lock(Versioned, {}), { name: 'MalformedXML' });
  });
});

describe('UploadPartCopy', () => {
  it('takes ranges that lie in the source', async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key: 'digits', Body: '0123456789' }));
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'parts' }));
    const copy = (CopySourceRange: string) =>
      s3.send(
        new UploadPartCopyCommand({
          Bucket,
          Key: 'parts',
          UploadId,
          PartNumber: 1,
          CopySource: `${Bucket}/digits`,
          CopySourceRange,
        }),
      );
    const form =
      'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy';
    for (const range of [
      '0-8',
      'bytes=1-0',
      'bytes=-1-',
      'bytes=0-1,3-4',
      'bytes=-',
      'bytes=1-',
      'bytes=-2',
    ]) {
      await refused(copy(range), { name: 'InvalidArgument', message: form, ArgumentValue: range });
    }
    await refused(copy('bytes=0-100'), {
      name: 'InvalidArgument',
      message: 'Range specified is not valid for source object of size: 10',
    });
    await refused(copy('bytes=100-200'), {
      name: 'InvalidRequest',
      message: 'The specified copy range is invalid for the source object size',
    });
    expect((await copy('bytes=0-8')).CopyPartResult?.ETag).toBe('"22975d8a5ed1b91445f6c55ac121505b"');
  });
});

describe('presigned URLs', () => {
  it('carry headers in their query, and choose those of the answer', async () => {
    const signed =
      'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-SignedHeaders=host&X-Amz-Signature=0&X-Amz-Credential=test/20260101/us-east-1/s3/aws4_request&X-Amz-Expires=60';
    const date = `X-Amz-Date=${new Date().toISOString().replace(/[-:]|\.\d+/g, '')}`;
    const url = `${server.endpoint}/${Bucket}/hoisted?${signed}&${date}`;
    const put = await fetch(`${url}&x-amz-meta-author=me&x-amz-checksum-crc32=AAAAAA%3D%3D`, {
      method: 'PUT',
      body: 'content',
    });
    expect(put.status).toBe(200);
    const got = await fetch(`${url}&response-content-type=text/x-test`);
    expect(got.headers.get('x-amz-meta-author')).toBe('me');
    expect(got.headers.get('content-type')).toBe('text/x-test');
    const required =
      'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.';
    const cases: [string, RegExp | string, string][] = [
      ...['Algorithm', 'Credential', 'Signature', 'Date', 'SignedHeaders', 'Expires'].map(
        (name): [string, RegExp, string] => ['', new RegExp(`X-Amz-${name}=[^&]*`), required],
      ),
      ['X-Amz-Expires=abc', 'X-Amz-Expires=60', 'X-Amz-Expires should be a number'],
      ['X-Amz-Expires=-1', 'X-Amz-Expires=60', 'X-Amz-Expires must be non-negative'],
    ];
    for (const [replacement, part, message] of cases) {
      const answer = await fetch(url.replace(part, replacement));
      const text = await answer.text();
      expect([answer.status, /<Code>(.*?)</.exec(text)?.[1], /<Message>(.*?)</.exec(text)?.[1]]).toEqual([
        400,
        'AuthorizationQueryParametersError',
        message,
      ]);
    }
    const unsigned = await fetch(`${server.endpoint}/${Bucket}/hoisted?response-content-type=text/x-test`);
    expect([unsigned.status, /<Message>(.*?)</.exec(await unsigned.text())?.[1]]).toEqual([
      400,
      'Request specific response headers cannot be used for anonymous GET requests.',
    ]);
  });
});
