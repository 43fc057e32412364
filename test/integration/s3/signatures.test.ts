import { createHmac } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type S3Server, startS3, verifyingAccess } from './s3-server.ts';

let server: S3Server;
const Bucket = 'signed';

const SECRETS: Readonly<Record<string, string>> = { AKIDEXAMPLE: 'right', ASIAEXAMPLE: 'temporary' };

beforeAll(async () => {
  server = await startS3({
    s3: {
      access: verifyingAccess(
        Object.fromEntries(
          Object.entries(SECRETS).map(([id, secretAccessKey]) => [
            id,
            { secretAccessKey: secretAccessKey!, ...(id === 'ASIAEXAMPLE' ? { sessionToken: 'token' } : {}) },
          ]),
        ),
      ),
    },
  });
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

  it('takes temporary credentials with their token alone', async () => {
    const list = new ListObjectsV2Command({ Bucket });
    const by = (sessionToken?: string) =>
      server
        .client({
          credentials: {
            accessKeyId: 'ASIAEXAMPLE',
            secretAccessKey: 'temporary',
            ...(sessionToken ? { sessionToken } : {}),
          },
        })
        .send(list);
    await expect(by('token')).resolves.toMatchObject({ Name: Bucket });
    await expect(by('another')).rejects.toMatchObject({
      name: 'InvalidToken',
      $metadata: { httpStatusCode: 400 },
    });
    await expect(by()).rejects.toMatchObject({ name: 'InvalidAccessKeyId' });
  });
});

describe('the older signature, which boto3 presigns with', () => {
  /** A presigned URL; `headers` are signed and travel in the query. */
  function presigned(method: string, key: string, given: Presigning = {}): string {
    const { secret = 'right', expires = Math.floor(Date.now() / 1000) + 60, headers = {}, response } = given;
    const path = `/${Bucket}/${key}`;
    const amz = Object.entries(headers)
      .sort()
      .map(([name, value]) => `${name}:${value}\n`)
      .join('');
    const type = response === undefined ? '' : `?response-content-type=${response}`;
    const text = `${method}\n\n\n${expires}\n${amz}${path}${type}`;
    const Signature = createHmac('sha1', secret).update(text).digest('base64');
    const query = new URLSearchParams({
      AWSAccessKeyId: 'AKIDEXAMPLE',
      Signature,
      Expires: String(expires),
      ...headers,
      ...(response === undefined ? {} : { 'response-content-type': response }),
    });
    return `${server.endpoint}${path}?${query}`;
  }

  interface Presigning {
    secret?: string;
    /** Seconds since the epoch. */
    expires?: number;
    headers?: Record<string, string>;
    response?: string;
  }

  it('is verified, with the headers and parameters it is of', async () => {
    const headers = { 'x-amz-meta-author': 'alice' };
    const put = await fetch(presigned('PUT', 'v2', { headers }), {
      method: 'PUT',
      body: new Uint8Array([1]),
    });
    expect(put.status).toBe(200);
    const get = await fetch(presigned('GET', 'v2', { response: 'text/x' }));
    expect([get.status, get.headers.get('content-type')]).toEqual([200, 'text/x']);
    expect(get.headers.get('x-amz-meta-author')).toBe('alice');
  });

  it.each([
    ['SignatureDoesNotMatch', () => presigned('GET', 'v2', { secret: 'wrong' })],
    ['SignatureDoesNotMatch', () => presigned('PUT', 'v2')],
    ['Request has expired', () => presigned('GET', 'v2', { expires: 1 })],
    ['InvalidAccessKeyId', () => presigned('GET', 'v2').replace('AKIDEXAMPLE', 'SOMEONE')],
  ])('is refused with %s', async (expected, url) => {
    const answer = await fetch(url());
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain(expected);
  });

  it('in a header is verified too', async () => {
    const date = new Date().toUTCString();
    const by = (secret: string) => {
      const signature = createHmac('sha1', secret).update(`GET\n\n\n${date}\n/${Bucket}/v2`).digest('base64');
      return fetch(`${server.endpoint}/${Bucket}/v2`, {
        headers: { date, authorization: `AWS AKIDEXAMPLE:${signature}` },
      });
    };
    expect((await by('wrong')).status).toBe(403);
    expect((await by('right')).status).toBe(200);
  });
});
