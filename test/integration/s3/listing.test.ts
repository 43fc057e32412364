import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type S3Server, startS3 } from './s3-server.ts';

let server: S3Server;
let s3: S3Client;
const Bucket = 'listing';

beforeAll(async () => {
  server = await startS3();
  s3 = server.client();
  await s3.send(new CreateBucketCommand({ Bucket }));
});

afterAll(async () => {
  expect(server.internalErrors).toEqual([]);
  await server.stop();
});

const put = (Key: string, bucket = Bucket) =>
  s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: Key }));

describe('listing', () => {
  it('pages through 1,500 keys, all of them, once, in order', async () => {
    const keys = Array.from({ length: 1500 }, (_, i) => `many/${String(i).padStart(5, '0')}`);
    await Promise.all(keys.map((key) => server.service.putObject(Bucket, key, key)));
    const found: string[] = [];
    let pages = 0;
    for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix: 'many/' })) {
      pages++;
      found.push(...(page.Contents ?? []).map(({ Key }) => Key!));
    }
    expect(pages).toBe(2);
    expect(found).toEqual(keys);
    const first = await s3.send(new ListObjectsCommand({ Bucket, Prefix: 'many/' }));
    expect(first).toMatchObject({ IsTruncated: true, MaxKeys: 1000 });
    const second = await s3.send(
      new ListObjectsCommand({ Bucket, Prefix: 'many/', Marker: first.Contents!.at(-1)!.Key! }),
    );
    expect(second.Contents).toHaveLength(500);
  });

  it('rolls keys up to the delimiter, page by page', async () => {
    for (const key of ['d/a/1', 'd/a/2', 'd/b', 'd/c/1', 'd/c/2', 'd/d']) await put(key);
    const whole = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'd/', Delimiter: '/' }));
    expect(whole.CommonPrefixes?.map(({ Prefix }) => Prefix)).toEqual(['d/a/', 'd/c/']);
    expect(whole.Contents?.map(({ Key }) => Key)).toEqual(['d/b', 'd/d']);
    expect(whole.KeyCount).toBe(4);
    const seen: string[] = [];
    for await (const page of paginateListObjectsV2(
      { client: s3, pageSize: 1 },
      { Bucket, Prefix: 'd/', Delimiter: '/' },
    )) {
      seen.push(
        ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix!),
        ...(page.Contents ?? []).map(({ Key }) => Key!),
      );
    }
    expect(seen).toEqual(['d/a/', 'd/b', 'd/c/', 'd/d']);
    const marked = await s3.send(
      new ListObjectsCommand({ Bucket, Prefix: 'd/', Delimiter: '/', MaxKeys: 1 }),
    );
    expect(marked.NextMarker).toBe('d/a/');
    const next = await s3.send(
      new ListObjectsCommand({ Bucket, Prefix: 'd/', Delimiter: '/', Marker: 'd/a/' }),
    );
    expect(next.CommonPrefixes?.map(({ Prefix }) => Prefix)).toEqual(['d/c/']);
  });

  it('orders keys by their UTF-8 bytes', async () => {
    const keys = ['u/\u{1F600}', 'u/\uFF5E', 'u/a', 'u/é', 'u/Z'];
    for (const key of keys) await put(key);
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'u/' }));
    const sorted = keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    expect(Contents?.map(({ Key }) => Key)).toEqual(sorted);
  });

  it('honours start-after, max-keys, fetch-owner and encoding-type', async () => {
    for (const key of ['s/1', 's/2', 's/3 +']) await put(key);
    const after = await s3.send(
      new ListObjectsV2Command({ Bucket, Prefix: 's/', StartAfter: 's/1', FetchOwner: true }),
    );
    expect(after.Contents?.map(({ Key }) => Key)).toEqual(['s/2', 's/3 +']);
    expect(after.Contents?.[0]?.Owner?.ID).toMatch(/^[0-9a-f]{64}$/);
    const encoded = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 's/3', EncodingType: 'url' }));
    expect(encoded).toMatchObject({
      EncodingType: 'url',
      Contents: [{ Key: 's/3+%2B', Size: 5, StorageClass: 'STANDARD' }],
    });
    expect(await s3.send(new ListObjectsV2Command({ Bucket, MaxKeys: 0 }))).toMatchObject({
      KeyCount: 0,
      IsTruncated: false,
    });
    await expect(
      s3.send(new ListObjectsV2Command({ Bucket, ContinuationToken: 'made-up' })),
    ).rejects.toMatchObject({
      name: 'InvalidArgument',
      message: 'The continuation token provided is incorrect',
    });
    await expect(s3.send(new ListObjectsV2Command({ Bucket: 'nowhere' }))).rejects.toMatchObject({
      name: 'NoSuchBucket',
    });
  });
});

describe('versions', () => {
  it('are kept, marked deleted, listed and removed', async () => {
    const bucket = 'versions';
    await s3.send(new CreateBucketCommand({ Bucket: bucket }));
    await put('k', bucket);
    await s3.send(
      new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }),
    );
    const second = await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'k', Body: 'two' }));
    const third = await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'k', Body: 'three' }));
    expect(second.VersionId).not.toBe(third.VersionId);
    const read = async (VersionId?: string) => {
      const answer = await s3.send(
        new GetObjectCommand({ Bucket: bucket, Key: 'k', ...(VersionId ? { VersionId } : {}) }),
      );
      return answer.Body!.transformToString();
    };
    expect([await read(), await read(second.VersionId), await read('null')]).toEqual(['three', 'two', 'k']);
    const marker = await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'k' }));
    expect(marker.DeleteMarker).toBe(true);
    await expect(read()).rejects.toMatchObject({ name: 'NoSuchKey' });
    await expect(read(marker.VersionId)).rejects.toMatchObject({ name: 'MethodNotAllowed' });
    expect((await s3.send(new ListObjectsV2Command({ Bucket: bucket }))).KeyCount).toBe(0);
    server = await server.restart();
    s3 = server.client();
    const list = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket }));
    expect(list.Versions?.map(({ VersionId, IsLatest }) => [VersionId, IsLatest])).toEqual([
      [third.VersionId, false],
      [second.VersionId, false],
      ['null', false],
    ]);
    expect(list.DeleteMarkers).toMatchObject([{ VersionId: marker.VersionId, IsLatest: true }]);
    const page = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket, MaxKeys: 2 }));
    expect(page).toMatchObject({
      IsTruncated: true,
      NextKeyMarker: 'k',
      NextVersionIdMarker: third.VersionId,
    });
    const rest = await s3.send(
      new ListObjectVersionsCommand({ Bucket: bucket, KeyMarker: 'k', VersionIdMarker: third.VersionId }),
    );
    expect(rest.Versions?.map(({ VersionId }) => VersionId)).toEqual([second.VersionId, 'null']);
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'k', VersionId: marker.VersionId }));
    expect(await read()).toBe('three');
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'k', VersionId: third.VersionId }));
    expect(await read()).toBe('two');
  });
});
