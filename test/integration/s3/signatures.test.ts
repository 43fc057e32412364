import { Readable } from 'node:stream';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type S3Server, startS3 } from './s3-server.ts';

let server: S3Server;
const Bucket = 'signed';

beforeAll(async () => {
  server = await startS3({ s3: { secretOf: (id) => (id === 'AKIDEXAMPLE' ? 'right' : undefined) } });
});

afterAll(async () => {
  expect(server.internalErrors).toEqual([]);
  await server.stop();
});

const clientOf = (accessKeyId: string, secretAccessKey: string) =>
  server.client({ credentials: { accessKeyId, secretAccessKey } });

describe('signature verification', () => {
  it('lets through what is signed with the right secret', async () => {
    const s3 = clientOf('AKIDEXAMPLE', 'right');
    await s3.send(new CreateBucketCommand({ Bucket }));
    const Key = "odd/ key+'(é)*!~/..//x";
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'content' }));
    const body = Buffer.alloc(200_000, 'x');
    await s3.send(
      new PutObjectCommand({
        Bucket,
        Key: 'stream',
        Body: Readable.from([body]),
        ContentLength: body.length,
      }),
    );
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'odd/ ', Delimiter: '|' }));
    expect(Contents).toHaveLength(1);
    const answer = await s3.send(new GetObjectCommand({ Bucket, Key, ResponseContentType: 'text/x y' }));
    expect(await answer.Body!.transformToString()).toBe('content');
  });

  it('refuses a wrong secret, an unknown key and no signature', async () => {
    const list = new ListObjectsV2Command({ Bucket });
    await expect(clientOf('AKIDEXAMPLE', 'wrong').send(list)).rejects.toMatchObject({
      name: 'SignatureDoesNotMatch',
      $metadata: { httpStatusCode: 403 },
    });
    await expect(clientOf('SOMEONE', 'right').send(list)).rejects.toMatchObject({
      name: 'InvalidAccessKeyId',
    });
    const answer = await fetch(`${server.endpoint}/${Bucket}`);
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain('<Code>AccessDenied</Code>');
  });
});
