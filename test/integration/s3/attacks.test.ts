/** Requests that once reached another object, skipped a check, or were answered by something that is no S3 error. */
import { createHmac } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutBucketCorsCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { presign } from './presign.ts';
import { type S3Server, startS3, verifyingAccess } from './s3-server.ts';

const Bucket = 'public-part';
const SECRET = 'secret';
const KEYS: { readonly [id: string]: string } = { test: 'test' };

let open: S3Server;
let verifying: S3Server;
let s3: S3Client;

beforeAll(async () => {
  open = await startS3();
  verifying = await startS3({
    s3: {
      access: verifyingAccess(
        Object.fromEntries(
          Object.entries(KEYS).map(([id, secretAccessKey]) => [id, { secretAccessKey: secretAccessKey! }]),
        ),
      ),
    },
  });
  s3 = open.client();
  for (const client of [s3, verifying.client()]) {
    await client.send(new CreateBucketCommand({ Bucket }));
    await client.send(new CreateBucketCommand({ Bucket: SECRET }));
    await client.send(new PutObjectCommand({ Bucket: SECRET, Key: 'k', Body: 'not yours' }));
  }
});
afterAll(async () => {
  for (const server of [open, verifying]) {
    expect(server.internalErrors).toEqual([]);
    await server.stop();
  }
});

const code = async (response: Response) =>
  /<Code>(.*?)<\/Code>/.exec(await response.text())?.[1] ?? response.status;

describe('a multipart content type', () => {
  it.each([
    ['POST', `/${SECRET}?delete`, '<Delete><Object><Key>k</Key></Object></Delete>'],
    ['POST', `/${SECRET}/k?uploads`, ''],
    ['PUT', `/${SECRET}/k`, 'mine'],
    ['GET', `/${SECRET}/k`, undefined],
    ['DELETE', `/${SECRET}/k`, undefined],
  ])('skips no signature: %s %s', async (method, path, body) => {
    const headers = {
      'content-type': 'multipart/form-data; boundary=x',
      'content-md5': 'not looked at',
      'x-amz-date': '20260101T000000Z',
      authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-date, Signature=00`,
    };
    for (const sent of [headers, { 'content-type': headers['content-type'] }]) {
      const response = await fetch(`${verifying.endpoint}${path}`, {
        method,
        headers: sent,
        ...(body === undefined ? {} : { body }),
      });
      expect(response.status).toBe(403);
    }
    expect(
      await (
        await verifying.client().send(new GetObjectCommand({ Bucket: SECRET, Key: 'k' }))
      ).Body!.transformToString(),
    ).toBe('not yours');
  });
});

describe('a presigned URL', () => {
  const sign = (
    server: S3Server,
    method: string,
    path: string,
    options: Parameters<typeof presign>[3] = {},
  ) => presign(server.endpoint, method, path, options);

  it('takes no x-amz- header that it does not sign, whether or not signatures are verified', async () => {
    for (const server of [open, verifying]) {
      const response = await fetch(sign(server, 'PUT', `/${Bucket}/stolen`), {
        method: 'PUT',
        headers: { 'x-amz-copy-source': `/${SECRET}/k`, 'x-amz-acl': 'private' },
      });
      const text = await response.text();
      expect(response.status).toBe(403);
      expect(text).toContain('<Code>AccessDenied</Code>');
      expect(text).toContain(
        '<Message>There were headers present in the request which were not signed</Message>',
      );
      expect(text).toMatch(/<HeadersNotSigned>x-amz-copy-source, x-amz-acl<\/HeadersNotSigned>/);
      const stolen = await fetch(sign(server, 'GET', `/${Bucket}/stolen`));
      expect(stolen.status).toBe(404);
    }
  });

  it('takes those that it signs', async () => {
    const signed = { 'x-amz-copy-source': `/${SECRET}/k` };
    for (const server of [open, verifying]) {
      const url = sign(server, 'PUT', `/${Bucket}/copied`, { headers: signed });
      expect((await fetch(url, { method: 'PUT', headers: signed })).status).toBe(200);
    }
  });

  it('keeps metadata beyond ASCII mail-safe, as AWS does', async () => {
    const query = { 'x-amz-meta-title': 'an — em dash', 'x-amz-meta-name': 'é' };
    const url = sign(open, 'PUT', `/${Bucket}/dash`, { query });
    expect((await fetch(url, { method: 'PUT', body: 'x' })).status).toBe(200);
    const { Metadata } = await s3.send(new HeadObjectCommand({ Bucket, Key: 'dash' }));
    expect(Metadata).toEqual({ title: '=?UTF-8?Q?an_=E2=80=94_em_dash?=', name: '=?UTF-8?Q?=C3=A9?=' });
  });

  it('names no header that cannot be sent', async () => {
    const url = sign(open, 'PUT', `/${Bucket}/named`, { query: { 'x-amz-meta-ключ': 'x' } });
    expect(await code(await fetch(url, { method: 'PUT', body: 'x' }))).toBe('InvalidArgument');
  });

  it('overrides no header with what is not Latin-1', async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key: 'plain', Body: 'x' }));
    for (const name of ['response-cache-control', 'response-content-type', 'response-expires']) {
      for (const method of ['GET', 'HEAD']) {
        const url = sign(open, method, `/${Bucket}/plain`, { query: { [name]: '—' } });
        const response = await fetch(url, { method });
        expect(response.status).toBe(400);
        if (method === 'GET')
          expect(await response.text()).toContain(
            '<Message>Header value cannot be represented using ISO-8859-1.</Message>',
          );
      }
    }
  });

  it('obeys conditions that are signed into the query', async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key: 'conditional', Body: 'x' }));
    const get = sign(open, 'GET', `/${Bucket}/conditional`, { query: { 'If-Match': '"other"' } });
    expect((await fetch(get)).status).toBe(412);
    const put = sign(open, 'PUT', `/${Bucket}/conditional`, { query: { 'If-None-Match': '*' } });
    expect((await fetch(put, { method: 'PUT', body: 'y' })).status).toBe(412);
  });
});

describe('a subresource that a method does not have', () => {
  it.each([
    ['DELETE', 'acl'],
    ['PUT', 'torrent'],
    ['GET', 'renameObject'],
    ['DELETE', 'legal-hold'],
  ])('is refused and never taken for the object: %s ?%s', async (method, subresource) => {
    await s3.send(new PutObjectCommand({ Bucket, Key: 'kept', Body: 'as it was' }));
    const response = await fetch(`${open.endpoint}/${Bucket}/kept?${subresource}`, { method });
    expect([response.status, await code(response)]).toEqual([405, 'MethodNotAllowed']);
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: 'kept' }));
    expect(await Body!.transformToString()).toBe('as it was');
  });
});

describe('a completion', () => {
  const parts = { Parts: [{ ETag: 'x', PartNumber: 1 }] };

  it('of an unknown upload is NoSuchUpload, whatever its ETags and parts', async () => {
    for (const MultipartUpload of [parts, { Parts: [] }]) {
      await expect(
        s3.send(
          new CompleteMultipartUploadCommand({ Bucket, Key: 'k', UploadId: 'fakeid', MultipartUpload }),
        ),
      ).rejects.toMatchObject({ name: 'NoSuchUpload', $metadata: { httpStatusCode: 404 } });
    }
  });

  it('with an ETag that is no MD5 is InvalidPart', async () => {
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'k' }));
    await expect(
      s3.send(new CompleteMultipartUploadCommand({ Bucket, Key: 'k', UploadId, MultipartUpload: parts })),
    ).rejects.toMatchObject({ name: 'InvalidPart', $metadata: { httpStatusCode: 400 } });
  });
});

describe('answers', () => {
  it('to a failure of the emulator itself are S3 errors', async () => {
    const server = await startS3();
    const client = server.client();
    await client.send(new CreateBucketCommand({ Bucket }));
    await client.send(new PutObjectCommand({ Bucket, Key: 'lost', Body: 'x' }));
    for (const folder of readdirSync(join(server.stateDir, 'blobs')))
      rmSync(join(server.stateDir, 'blobs', folder), { recursive: true });
    const response = await fetch(`${server.endpoint}/${Bucket}/lost`);
    const text = await response.text();
    expect(response.status).toBe(500);
    expect(response.headers.get('content-type')).toBe('application/xml');
    expect(text).toContain('<Code>InternalError</Code>');
    expect(text).toMatch(/<RequestId>[0-9A-F]{16}<\/RequestId>/);
    expect(text).not.toContain('ENOENT');
    await server.stop();
  });

  it('hold no header of a CORS rule that cannot be sent', async () => {
    await s3.send(
      new PutBucketCorsCommand({
        Bucket,
        CORSConfiguration: {
          CORSRules: [{ AllowedMethods: ['GET'], AllowedOrigins: ['*'], ExposeHeaders: ['x-ключ', 'etag'] }],
        },
      }),
    );
    const response = await fetch(`${open.endpoint}/${Bucket}`, { headers: { origin: 'http://page' } });
    expect(response.status).toBe(200);
    expect(response.headers.get('access-control-expose-headers')).toBe('etag');
  });
});

describe('a form', () => {
  it('is redirected to an address that a header can hold', async () => {
    const form = new FormData();
    form.set('key', 'formed');
    form.set('success_action_redirect', 'http://localhost/ключ');
    form.set('file', new Blob(['x']), 'x');
    const response = await fetch(`${open.endpoint}/${Bucket}`, {
      method: 'POST',
      body: form,
      redirect: 'manual',
    });
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toMatch(/^http:\/\/localhost\/%D0%BA/);
  });

  it('names no metadata that a header cannot hold', async () => {
    const form = new FormData();
    form.set('key', 'formed');
    form.set('x-amz-meta-ключ', 'x');
    form.set('file', new Blob(['x']), 'x');
    const response = await fetch(`${open.endpoint}/${Bucket}`, { method: 'POST', body: form });
    expect(await code(response)).toBe('InvalidArgument');
  });

  it('with a signature of another policy is refused', async () => {
    const form = new FormData();
    const policy = Buffer.from(JSON.stringify({ expiration: '2099-01-01T00:00:00Z', conditions: [] }));
    form.set('key', 'formed');
    form.set('policy', policy.toString('base64'));
    form.set('AWSAccessKeyId', 'test');
    form.set('Signature', createHmac('sha1', 'test').update('another').digest('base64'));
    form.set('file', new Blob(['x']), 'x');
    const response = await fetch(`${verifying.endpoint}/${Bucket}`, { method: 'POST', body: form });
    expect(await code(response)).toBe('SignatureDoesNotMatch');
  });
});
