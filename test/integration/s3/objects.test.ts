import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type S3Server, startS3 } from './s3-server.ts';

let server: S3Server;
let s3: S3Client;
const Bucket = 'objects';

beforeAll(async () => {
  server = await startS3();
  s3 = server.client();
  await s3.send(new CreateBucketCommand({ Bucket }));
});

afterAll(async () => {
  expect(server.internalErrors).toEqual([]);
  await server.stop();
});

const bytesOf = async (Key: string, more: object = {}) => {
  const answer = await s3.send(new GetObjectCommand({ Bucket, Key, ...more }));
  return Buffer.from(await answer.Body!.transformToByteArray());
};

const failure = async (
  promise: Promise<unknown>,
): Promise<{ name: string; status: number; message: string }> => {
  const error = await promise.then(
    () => undefined,
    (caught) => caught,
  );
  if (!error) throw new Error('expected a failure');
  return { name: error.name, status: error.$metadata?.httpStatusCode, message: error.message };
};

describe('buckets', () => {
  it('are created, listed, headed and deleted', async () => {
    await s3.send(new CreateBucketCommand({ Bucket: 'first-bucket' }));
    const { Buckets, Owner } = await s3.send(new ListBucketsCommand({}));
    expect(Buckets?.map(({ Name }) => Name)).toContain('first-bucket');
    expect(Owner?.ID).toMatch(/^[0-9a-f]{64}$/);
    const head = await s3.send(new HeadBucketCommand({ Bucket: 'first-bucket' }));
    expect(head.BucketRegion).toBe('us-east-1');
    await s3.send(new DeleteBucketCommand({ Bucket: 'first-bucket' }));
    expect(await failure(s3.send(new HeadBucketCommand({ Bucket: 'first-bucket' })))).toMatchObject({
      name: 'NotFound',
      status: 404,
    });
  });

  it('have a location that agrees with where the request went', async () => {
    expect((await s3.send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint).toBeUndefined();
    const west = server.client({ region: 'eu-west-1' });
    const configuration = { CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' as const } };
    await west.send(new CreateBucketCommand({ Bucket: 'in-ireland', ...configuration }));
    expect((await s3.send(new GetBucketLocationCommand({ Bucket: 'in-ireland' }))).LocationConstraint).toBe(
      'eu-west-1',
    );
    expect(
      await failure(west.send(new CreateBucketCommand({ Bucket: 'in-ireland', ...configuration }))),
    ).toMatchObject({
      name: 'BucketAlreadyOwnedByYou',
      status: 409,
    });
  });

  it('refuse bad names and to go while they hold objects', async () => {
    for (const name of ['Upper', 'a', 'a..b', '1.2.3.4', '-dash', 'under_score', 'x'.repeat(64)]) {
      expect(await failure(s3.send(new CreateBucketCommand({ Bucket: name })))).toMatchObject({
        name: 'InvalidBucketName',
      });
    }
    await s3.send(new CreateBucketCommand({ Bucket: 'not-empty' }));
    await s3.send(new PutObjectCommand({ Bucket: 'not-empty', Key: 'k', Body: '1' }));
    expect(await failure(s3.send(new DeleteBucketCommand({ Bucket: 'not-empty' })))).toEqual({
      name: 'BucketNotEmpty',
      status: 409,
      message: 'The bucket you tried to delete is not empty',
    });
    expect(await failure(s3.send(new DeleteBucketCommand({ Bucket: 'nowhere' })))).toMatchObject({
      name: 'NoSuchBucket',
      message: 'The specified bucket does not exist',
    });
  });
});

describe('objects', () => {
  it('come back with their bytes, headers and metadata', async () => {
    const body = randomBytes(300_000);
    const put = await s3.send(
      new PutObjectCommand({
        Bucket,
        Key: 'data/one.bin',
        Body: body,
        ContentType: 'application/x-thing',
        CacheControl: 'no-cache',
        ContentDisposition: 'attachment',
        ContentEncoding: 'gzip',
        ContentLanguage: 'de',
        Metadata: { seed: '42', Mixed: 'Case' },
      }),
    );
    expect(put.ETag).toBe(`"${createHash('md5').update(body).digest('hex')}"`);
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'data/one.bin' }));
    expect(head).toMatchObject({
      ContentLength: 300_000,
      ContentType: 'application/x-thing',
      CacheControl: 'no-cache',
      ContentDisposition: 'attachment',
      ContentEncoding: 'gzip',
      ContentLanguage: 'de',
      Metadata: { seed: '42', mixed: 'Case' },
      ETag: put.ETag,
      AcceptRanges: 'bytes',
    });
    expect((await bytesOf('data/one.bin')).equals(body)).toBe(true);
  });

  it('stream in with a trailing checksum', async () => {
    const body = randomBytes(3_000_000);
    const put = await s3.send(
      new PutObjectCommand({
        Bucket,
        Key: 'streamed',
        Body: Readable.from([body.subarray(0, 1_000_001), body.subarray(1_000_001)]),
        ContentLength: body.length,
        ChecksumAlgorithm: 'SHA256',
      }),
    );
    expect(put.ChecksumSHA256).toBe(createHash('sha256').update(body).digest('base64'));
    expect((await bytesOf('streamed')).equals(body)).toBe(true);
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'streamed' }));
    expect(head.ContentEncoding).toBeUndefined();
  });

  it.each(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const)(
    'carry %s checksums',
    async (algorithm) => {
      const Key = `sum/${algorithm}`;
      const put = await s3.send(
        new PutObjectCommand({ Bucket, Key, Body: '123456789', ChecksumAlgorithm: algorithm }),
      );
      const answer = await s3.send(new GetObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }));
      expect(await answer.Body!.transformToString()).toBe('123456789');
      const value = put[`Checksum${algorithm}`];
      expect(value).toBeTruthy();
      expect(answer[`Checksum${algorithm}`]).toBe(value);
      expect(answer.ChecksumType).toBe('FULL_OBJECT');
    },
  );

  it.each([
    'a//b',
    '/leading',
    'trailing/',
    '../up',
    'a/../../b',
    'a/./b',
    'plus+and space',
    'per%cent%2Fslash',
    'ünïcödé/日本語/😀',
    'a?b=c&d#e',
    'quote\'"<>&',
    'back\\slash',
    'a'.repeat(1024),
    '//',
    'con\tt\u0001rol',
  ])('keep the key %j as it is', async (Key) => {
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
    expect((await bytesOf(Key)).toString()).toBe(Key);
    const { Contents } = await s3.send(
      new ListObjectsV2Command({ Bucket, Prefix: Key, EncodingType: 'url' }),
    );
    const decoded = Contents?.map((entry) => decodeURIComponent(entry.Key!.replaceAll('+', ' ')));
    expect(decoded).toContain(Key);
    await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key }] } }));
    expect(await failure(bytesOf(Key))).toMatchObject({ name: 'NoSuchKey' });
  });

  it('answer ranges', async () => {
    const body = randomBytes(1000);
    await s3.send(new PutObjectCommand({ Bucket, Key: 'ranged', Body: body }));
    expect((await bytesOf('ranged', { Range: 'bytes=10-19' })).equals(body.subarray(10, 20))).toBe(true);
    expect((await bytesOf('ranged', { Range: 'bytes=990-2000' })).equals(body.subarray(990))).toBe(true);
    expect((await bytesOf('ranged', { Range: 'bytes=-7' })).equals(body.subarray(993))).toBe(true);
    expect((await bytesOf('ranged', { Range: 'bytes=5-' })).equals(body.subarray(5))).toBe(true);
    expect((await bytesOf('ranged', { Range: 'bytes=20-10' })).equals(body)).toBe(true);
    const part = await s3.send(new GetObjectCommand({ Bucket, Key: 'ranged', Range: 'bytes=0-0' }));
    expect(part.ContentRange).toBe('bytes 0-0/1000');
    expect(part.$metadata.httpStatusCode).toBe(206);
    expect(await failure(bytesOf('ranged', { Range: 'bytes=1000-' }))).toEqual({
      name: 'InvalidRange',
      status: 416,
      message: 'The requested range is not satisfiable',
    });
  });

  it('obey read conditions', async () => {
    const { ETag } = await s3.send(new PutObjectCommand({ Bucket, Key: 'read-if', Body: 'x' }));
    const past = new Date(Date.now() - 60_000);
    const future = new Date(Date.now() + 60_000);
    expect((await bytesOf('read-if', { IfMatch: ETag })).toString()).toBe('x');
    expect(await failure(bytesOf('read-if', { IfMatch: '"other"' }))).toMatchObject({ status: 412 });
    expect(await failure(bytesOf('read-if', { IfNoneMatch: ETag }))).toMatchObject({ status: 304 });
    expect((await bytesOf('read-if', { IfNoneMatch: '"other"' })).toString()).toBe('x');
    const { LastModified } = await s3.send(new HeadObjectCommand({ Bucket, Key: 'read-if' }));
    const same = { IfModifiedSince: LastModified };
    expect(await failure(bytesOf('read-if', same))).toMatchObject({ status: 304 });
    // A date that is not over yet is no condition.
    expect((await bytesOf('read-if', { IfModifiedSince: future })).toString()).toBe('x');
    expect((await bytesOf('read-if', { IfModifiedSince: past })).toString()).toBe('x');
    expect(await failure(bytesOf('read-if', { IfUnmodifiedSince: past }))).toMatchObject({ status: 412 });
    expect((await bytesOf('read-if', { IfMatch: ETag, IfUnmodifiedSince: past })).toString()).toBe('x');
  });

  it('obey write conditions, of two at once exactly one', async () => {
    const attempts = await Promise.allSettled(
      Array.from({ length: 8 }, (_, i) =>
        s3.send(new PutObjectCommand({ Bucket, Key: 'write-if', Body: `${i}`, IfNoneMatch: '*' })),
      ),
    );
    expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const lost = attempts.find((attempt) => attempt.status === 'rejected');
    expect(lost?.reason).toMatchObject({ name: 'PreconditionFailed' });
    const { ETag } = await s3.send(new HeadObjectCommand({ Bucket, Key: 'write-if' }));
    await s3.send(new PutObjectCommand({ Bucket, Key: 'write-if', Body: 'new', IfMatch: ETag! }));
    expect(
      await failure(
        s3.send(new PutObjectCommand({ Bucket, Key: 'write-if', Body: 'newer', IfMatch: ETag! })),
      ),
    ).toMatchObject({ name: 'PreconditionFailed', status: 412 });
    expect(
      await failure(s3.send(new PutObjectCommand({ Bucket, Key: 'absent', Body: 'x', IfMatch: ETag! }))),
    ).toMatchObject({ name: 'NoSuchKey', status: 404 });
  });

  it('refuse what breaks its promises', async () => {
    const put = (more: object) =>
      failure(s3.send(new PutObjectCommand({ Bucket, Key: 'bad', Body: 'x', ...more })));
    expect(await put({ ContentMD5: 'AAAAAAAAAAAAAAAAAAAAAA==' })).toEqual({
      name: 'BadDigest',
      status: 400,
      message: 'The Content-MD5 you specified did not match what we received.',
    });
    expect(await put({ ContentMD5: 'nonsense' })).toMatchObject({ name: 'InvalidDigest' });
    expect(await put({ ChecksumCRC32: 'AAAAAA==' })).toMatchObject({
      name: 'BadDigest',
      message: 'The CRC32 you specified did not match the calculated checksum.',
    });
    expect(await put({ ChecksumCRC32: 'AA==' })).toMatchObject({ name: 'InvalidRequest' });
    expect(await put({ Metadata: { big: 'x'.repeat(2048) } })).toMatchObject({ name: 'MetadataTooLarge' });
    expect(
      await failure(s3.send(new PutObjectCommand({ Bucket, Key: 'k'.repeat(1025), Body: 'x' }))),
    ).toMatchObject({ name: 'KeyTooLongError', message: 'Your key is too long' });
    expect(await failure(bytesOf('bad'))).toEqual({
      name: 'NoSuchKey',
      status: 404,
      message: 'The specified key does not exist.',
    });
  });

  it('are copied, with or without their metadata', async () => {
    await s3.send(
      new PutObjectCommand({
        Bucket,
        Key: 'from key+é',
        Body: 'content',
        Metadata: { a: '1' },
        ContentType: 'text/plain',
      }),
    );
    const CopySource = `${Bucket}/${encodeURIComponent('from key+é')}`;
    const copy = await s3.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource }));
    expect(copy.CopyObjectResult?.ETag).toBe(`"${createHash('md5').update('content').digest('hex')}"`);
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'copy' }));
    expect(head).toMatchObject({ Metadata: { a: '1' }, ContentType: 'text/plain' });
    await s3.send(
      new CopyObjectCommand({
        Bucket,
        Key: 'copy2',
        CopySource,
        MetadataDirective: 'REPLACE',
        Metadata: { b: '2' },
      }),
    );
    expect((await s3.send(new HeadObjectCommand({ Bucket, Key: 'copy2' }))).Metadata).toEqual({ b: '2' });
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'from key+é' }));
    expect((await bytesOf('copy')).toString()).toBe('content');
    expect(
      await failure(s3.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/copy` }))),
    ).toMatchObject({ name: 'InvalidRequest' });
  });

  it('survive a restart', async () => {
    const body = randomBytes(200_000);
    await s3.send(new PutObjectCommand({ Bucket, Key: 'kept', Body: body, Metadata: { k: 'v' } }));
    server = await server.restart();
    s3 = server.client();
    expect((await bytesOf('kept')).equals(body)).toBe(true);
    expect((await s3.send(new HeadObjectCommand({ Bucket, Key: 'kept' }))).Metadata).toEqual({ k: 'v' });
  });
});
