/** Answers of AWS to what clients do twice, do wrongly, or ask for in passing. */
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  GetBucketAclCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutBucketAclCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendRaw, statusOf } from '../raw-socket.ts';
import { type S3Server, startS3 } from './s3-server.ts';

let server: S3Server;
let s3: S3Client;
const Bucket = 'answers';

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

/** An upload of one part, not completed. */
async function uploaded(Key: string): Promise<{ Key: string; UploadId: string; MultipartUpload: object }> {
  const { UploadId } = await send(new CreateMultipartUploadCommand({ Bucket, Key }));
  const part = { Bucket, Key, UploadId, PartNumber: 1, Body: 'content' };
  const { ETag, ChecksumCRC32 } = await send(new UploadPartCommand(part));
  return { Key, UploadId, MultipartUpload: { Parts: [{ PartNumber: 1, ETag, ChecksumCRC32 }] } };
}

const complete = (given: object) => new CompleteMultipartUploadCommand({ Bucket, ...given } as never);

describe('a completion', () => {
  it('sent again is answered as the first, and as no other', async () => {
    const upload = await uploaded('twice');
    const first = await send(complete(upload));
    expect(await send(complete(upload))).toMatchObject({ ETag: first.ETag, Location: first.Location });
    const other = { Parts: [{ PartNumber: 1, ETag: '"00000000000000000000000000000000"' }] };
    await refused(complete({ ...upload, MultipartUpload: other }), { name: 'NoSuchUpload' });
    await refused(complete({ ...upload, Key: 'other' }), { name: 'NoSuchUpload' });
    // It is still the object's after a restart.
    server = await server.restart();
    s3 = server.client();
    expect(await send(complete(upload))).toMatchObject({ ETag: first.ETag });
    await send(new PutObjectCommand({ Bucket, Key: 'twice', Body: 'newer' }));
    await refused(complete(upload), { name: 'NoSuchUpload' });
  });

  it('says where the object is by the host that was asked', async () => {
    const { Location } = await send(complete(await uploaded('a/b')));
    expect(Location).toBe(`${server.endpoint}/${Bucket}/a%2Fb`);
  });

  it('with a size that is none is refused', async () => {
    const command = complete(await uploaded('sized'));
    command.middlewareStack.add(
      (next) => (args) => {
        (args.request as { headers: Record<string, string> }).headers['x-amz-mp-object-size'] = 'abc';
        return next(args);
      },
      { step: 'build' },
    );
    await refused(command, {
      name: 'InvalidRequest',
      message: "Value for x-amz-mp-object-size header is invalid: 'abc'",
    });
  });
});

describe('what is not there for general-purpose buckets', () => {
  it.each([{ Size: 1 }, { LastModifiedTime: new Date(0) }])(
    'deletes on the condition %j',
    async (condition) => {
      for (const Key of ['kept', 'gone']) await send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
      const Objects = [{ Key: 'kept', ...condition }, { Key: 'gone' }];
      const { Deleted, Errors } = await send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
      expect(Deleted).toEqual([{ Key: 'gone' }]);
      expect(Errors).toMatchObject([{ Key: 'kept', Code: 'NotImplemented' }]);
      await send(new HeadObjectCommand({ Bucket, Key: 'kept' }));
    },
  );
});

describe('an answer without a body', () => {
  it('describes none', async () => {
    await send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'content' }));
    const { ETag } = await send(new GetObjectCommand({ Bucket, Key: 'k' }));
    const request = (line: string, header: string) =>
      sendRaw(server.port, `${line} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n${header}\r\n\r\n`);
    const unchanged = await request(`GET /${Bucket}/k`, `if-none-match: ${ETag}`);
    expect(statusOf(unchanged)).toBe(304);
    expect(unchanged).not.toMatch(/content-(?:type|length)/i);
    const missing = await request(`HEAD /${Bucket}/none`, 'x: y');
    expect(statusOf(missing)).toBe(404);
    expect(missing).toContain('content-type: application/xml');
    expect(missing).not.toMatch(/content-length/i);
  });

  it('and every other has ids of the shape of AWS’s', async () => {
    const error = await s3.send(new GetObjectCommand({ Bucket, Key: 'none' })).catch((caught) => caught);
    expect(error.$metadata.requestId).toMatch(/^[A-Z0-9]{16}$/);
    expect(Buffer.from(error.$metadata.extendedRequestId, 'base64')).toHaveLength(48);
    expect(error).toMatchObject({ RequestId: error.$metadata.requestId });
  });
});

describe('access control lists', () => {
  const ALL = 'uri="http://acs.amazonaws.com/groups/global/AllUsers"';
  const disallowed = { name: 'AccessControlListNotSupported', message: 'The bucket does not allow ACLs' };

  it('are not put on what the bucket owns, and may be said of what is written if they say so', async () => {
    const ACL = 'bucket-owner-full-control';
    await send(new PutObjectCommand({ Bucket, Key: 'acl', Body: '', ACL }));
    await refused(new PutObjectAclCommand({ Bucket, Key: 'acl', ACL }), disallowed);
    await refused(new PutBucketAclCommand({ Bucket, ACL: 'private' }), disallowed);
  });

  it.each([{ ACL: 'log-delivery-write' }, { ACL: 'public-read' }, { GrantRead: ALL }])(
    '%j is not for a new bucket that owns its objects',
    async (list) => {
      await refused(new CreateBucketCommand({ Bucket: 'enforced', ...list } as never), {
        name: 'InvalidBucketAclWithObjectOwnership',
      });
    },
  );

  it.each([{ ACL: 'public-read' }, { ACL: 'authenticated-read' }, { GrantRead: ALL }])(
    '%j is not for a new bucket, nor while public lists are blocked',
    async (list) => {
      const ObjectOwnership = 'ObjectWriter';
      await refused(new CreateBucketCommand({ Bucket: 'public', ObjectOwnership, ...list } as never), {
        name: 'InvalidBucketAclWithBlockPublicAccessError',
        message: 'Bucket cannot have public ACLs set with BlockPublicAccess enabled',
      });
      await send(new CreateBucketCommand({ Bucket: 'writers', ObjectOwnership }));
      const because = (action: string, key = '') => ({
        name: 'AccessDenied',
        message: `User: arn:aws:iam::000000000000:root is not authorized to perform: s3:${action} on resource: "arn:aws:s3:::writers${key}" because public ACLs are prevented by the BlockPublicAcls setting in S3 Block Public Access.`,
      });
      const object = { Bucket: 'writers', Key: 'k' };
      await send(new PutObjectCommand(object));
      await refused(new PutObjectCommand({ ...object, ...list } as never), because('PutObject', '/k'));
      await refused(new PutObjectAclCommand({ ...object, ...list } as never), because('PutObjectAcl', '/k'));
      await refused(
        new PutBucketAclCommand({ Bucket: 'writers', ...list } as never),
        because('PutBucketAcl'),
      );
    },
  );

  it('are as they were when the bucket was new once its owner makes it again', async () => {
    const made = new CreateBucketCommand({ Bucket: 'again', ObjectOwnership: 'ObjectWriter' });
    await send(made);
    await send(new PutBucketAclCommand({ Bucket: 'again', ACL: 'log-delivery-write' as never }));
    const grants = async () => (await send(new GetBucketAclCommand({ Bucket: 'again' }))).Grants.length;
    expect(await grants()).toBe(3);
    await send(made);
    expect(await grants()).toBe(1);
  });
});

describe('configurations', () => {
  it('of versioning know two states of MFA delete', async () => {
    const VersioningConfiguration = { Status: 'Enabled', MFADelete: 'x' } as never;
    await refused(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }), {
      name: 'MalformedXML',
    });
  });

  it.each([
    [{ Transitions: [{ Days: 30, StorageClass: 'x' }] }, 'MalformedXML'],
    [{ NoncurrentVersionTransitions: [{ NoncurrentDays: 30, StorageClass: 'STANDARD' }] }, 'MalformedXML'],
    [{ NoncurrentVersionExpiration: { NoncurrentDays: 0 } }, 'InvalidArgument'],
  ])('of a lifecycle do not take %j', async (action, name) => {
    const Rules = [{ ID: 'r', Status: 'Enabled', Filter: { Prefix: '' }, ...action }] as never;
    await refused(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }), {
      name,
    });
  });

  it('of notifications go to the region of the bucket alone', async () => {
    const QueueArn = 'arn:aws:sqs:us-west-2:000000000000:q';
    const QueueConfigurations = [{ QueueArn, Events: ['s3:ObjectCreated:*' as const] }];
    await refused(
      new PutBucketNotificationConfigurationCommand({
        Bucket,
        NotificationConfiguration: { QueueConfigurations },
      }),
      {
        name: 'InvalidArgument',
        message:
          'The notification destination service region is not valid for the bucket location constraint',
      },
    );
  });
});
