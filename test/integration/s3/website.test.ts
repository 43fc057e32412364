/** Website endpoints: index and error documents, redirects, and who may read them. */
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import {
  CreateBucketCommand,
  DeletePublicAccessBlockCommand,
  PutBucketPolicyCommand,
  PutBucketWebsiteCommand,
  PutObjectCommand,
  S3Client,
  type WebsiteConfiguration,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../harness/emulator/emulator.ts';

let emulator: Emulator;
let s3: S3Client;

async function start(options: Parameters<typeof startEmulator>[0] = {}) {
  const started = await startEmulator({ port: 0, ...options });
  const credentials =
    options.iam?.enforcement === 'enforce'
      ? await started.rootCredentials()
      : { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new S3Client({
    endpoint: started.endpoint,
    region: 'us-east-1',
    credentials,
    forcePathStyle: true,
    maxAttempts: 1,
  });
  return { started, client };
}

beforeAll(async () => {
  const { started, client } = await start();
  emulator = started;
  s3 = client;
});
afterAll(async () => {
  s3.destroy();
  await emulator.stop();
});

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

function fetchSite(
  host: string,
  path: string,
  { method = 'GET', headers = {}, port = emulator.port } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      { port, path, method, headers: { ...headers, host: `${host}:${port}` }, agent: false },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (chunk: string) => {
          text += chunk;
        });
        answer.on('end', () => resolve({ status: answer.statusCode!, headers: answer.headers, text }));
      },
    );
    sent.on('error', reject);
    sent.end();
  });
}

let sites = 0;
/** A bucket with a website and objects of text. */
async function site(
  WebsiteConfiguration: WebsiteConfiguration,
  objects: { [key: string]: string | { redirect: string } } = {},
  client = s3,
): Promise<string> {
  const Bucket = `site-${sites++}`;
  await client.send(new CreateBucketCommand({ Bucket }));
  await client.send(new PutBucketWebsiteCommand({ Bucket, WebsiteConfiguration }));
  for (const [Key, content] of Object.entries(objects)) {
    const isText = typeof content === 'string';
    await client.send(
      new PutObjectCommand({
        Bucket,
        Key,
        Body: isText ? content : '',
        ContentType: 'text/html',
        ...(isText ? {} : { WebsiteRedirectLocation: content.redirect }),
      }),
    );
  }
  return `${Bucket}.s3-website.localhost`;
}

const INDEX = { IndexDocument: { Suffix: 'index.html' } };

describe('a website endpoint', () => {
  it('shows objects, and the index document of the root and of folders', async () => {
    const host = await site(INDEX, { 'index.html': 'root', 'docs/index.html': 'docs', 'a b.html': 'page' });
    expect(await fetchSite(host, '/')).toMatchObject({
      status: 200,
      text: 'root',
      headers: { 'content-type': 'text/html' },
    });
    expect(await fetchSite(host, '/docs/')).toMatchObject({ status: 200, text: 'docs' });
    expect(await fetchSite(host, '/a%20b.html?v=1')).toMatchObject({ status: 200, text: 'page' });
    expect(await fetchSite(host, '/docs')).toMatchObject({
      status: 302,
      headers: { location: '/docs/', 'x-amz-error-code': 'Found', 'x-amz-error-message': 'Resource Found' },
    });
    expect(await fetchSite(host, '/index.html', { method: 'HEAD' })).toMatchObject({ status: 200, text: '' });
  });

  it.each([
    's3-website-us-east-1.amazonaws.com',
    's3-website.us-east-1.amazonaws.com',
    's3-website.localhost.localstack.cloud',
    's3-website.us-east-1.localhost',
  ])('answers at BUCKET.%s', async (suffix) => {
    const host = await site(INDEX, { 'index.html': 'root' });
    const name = host.replace('s3-website.localhost', suffix);
    expect(await fetchSite(name, '/')).toMatchObject({ status: 200, text: 'root' });
  });

  it('serves ranges and conditions', async () => {
    const host = await site(INDEX, { 'index.html': 'root' });
    const part = await fetchSite(host, '/', { headers: { range: 'bytes=1-2' } });
    expect(part).toMatchObject({ status: 206, text: 'oo' });
    const same = await fetchSite(host, '/', { headers: { 'if-none-match': part.headers.etag! } });
    expect(same.status).toBe(304);
    expect((await fetchSite(host, '/', { headers: { 'if-match': '"x"' } })).status).toBe(412);
  });

  it('tells what is missing on a page', async () => {
    const host = await site(INDEX);
    const bucket = host.split('.')[0];
    const { status, text, headers } = await fetchSite(host, '/no<.html');
    expect(status).toBe(404);
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'x-amz-error-code': 'NoSuchKey',
      'x-amz-error-message': 'The specified key does not exist.',
      'x-amz-error-detail-key': 'no%3C.html',
    });
    expect(text).toMatch(
      /^<html>\n<head><title>404 Not Found<\/title><\/head>\n<body>\n<h1>404 Not Found<\/h1>\n<ul>\n<li>Code: NoSuchKey<\/li>\n<li>Message: The specified key does not exist\.<\/li>\n<li>Key: no&lt;\.html<\/li>\n<li>RequestId: [^<]+<\/li>\n<li>HostId: [^<]+<\/li>\n<\/ul>\n<hr\/>\n<\/body>\n<\/html>\n$/,
    );
    expect((await fetchSite('no-such.s3-website.localhost', '/')).text).toContain(
      '<li>Code: NoSuchBucket</li>\n<li>Message: The specified bucket does not exist</li>\n<li>BucketName: no-such</li>',
    );
    const Bucket = `${bucket}-plain`;
    await s3.send(new CreateBucketCommand({ Bucket }));
    expect((await fetchSite(`${Bucket}.s3-website.localhost`, '/')).text).toContain(
      `<li>Code: NoSuchWebsiteConfiguration</li>\n<li>Message: The specified bucket does not have a website configuration</li>\n<li>BucketName: ${Bucket}</li>`,
    );
  });

  it('shows the error document, or why it cannot', async () => {
    const own = { ...INDEX, ErrorDocument: { Key: 'error.html' } };
    const host = await site(own, { 'error.html': 'lost' });
    expect(await fetchSite(host, '/x')).toMatchObject({ status: 404, text: 'lost' });
    expect(await fetchSite(host, '/x', { headers: { range: 'bytes=0-0' } })).toMatchObject({
      status: 404,
      text: 'lost',
    });
    const { text } = await fetchSite(await site(own), '/x');
    expect(text).toContain(
      '</ul>\n<h3>An Error Occurred While Attempting to Retrieve a Custom Error Document</h3>\n<ul>\n<li>Code: NoSuchKey</li>\n<li>Message: The specified key does not exist.</li>\n<li>Key: error.html</li>\n</ul>\n<hr/>',
    );
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('refuses %s', async (method) => {
    const answer = await fetchSite(await site(INDEX), '/', { method });
    expect(answer).toMatchObject({
      status: 405,
      headers: { 'x-amz-error-code': 'MethodNotAllowed', allow: 'HEAD, GET' },
    });
    expect(answer.text).toContain(`<li>Method: ${method}</li>\n<li>ResourceType: OBJECT</li>`);
  });

  it('redirects to where an object says', async () => {
    const host = await site(INDEX, {
      old: { redirect: '/new' },
      'index.html': { redirect: 'https://a.org/' },
    });
    expect(await fetchSite(host, '/old')).toMatchObject({
      status: 301,
      text: '',
      headers: { location: '/new' },
    });
    expect(await fetchSite(host, '/')).toMatchObject({
      status: 301,
      headers: { location: 'https://a.org/' },
    });
  });

  it('redirects everything to another host', async () => {
    const host = await site({ RedirectAllRequestsTo: { HostName: 'a.org', Protocol: 'https' } });
    expect(await fetchSite(host, '/x/y')).toMatchObject({
      status: 301,
      headers: { location: 'https://a.org/x/y' },
    });
    const same = await site({ RedirectAllRequestsTo: { HostName: 'a.org' } });
    expect((await fetchSite(same, '/')).headers.location).toBe('http://a.org/');
  });

  it.each<[string, WebsiteConfiguration['RoutingRules'], string, number, string]>([
    [
      'a prefix by another',
      [{ Condition: { KeyPrefixEquals: 'docs/' }, Redirect: { ReplaceKeyPrefixWith: 'documents/' } }],
      '/docs/a',
      301,
      'http://HOST/documents/a',
    ],
    [
      'a prefix by nothing',
      [{ Condition: { KeyPrefixEquals: 'docs/' }, Redirect: { ReplaceKeyPrefixWith: '' } }],
      '/docs/a',
      301,
      'http://HOST/a',
    ],
    [
      'a key, with a status',
      [
        {
          Condition: { KeyPrefixEquals: 'x' },
          Redirect: { ReplaceKeyWith: 'sorry.html', HttpRedirectCode: '307' },
        },
      ],
      '/x/y',
      307,
      'http://HOST/sorry.html',
    ],
    [
      'another host',
      [
        {
          Condition: { HttpErrorCodeReturnedEquals: '404' },
          Redirect: { HostName: 'a.org', Protocol: 'https', ReplaceKeyPrefixWith: 'report-404/' },
        },
      ],
      '/gone',
      301,
      'https://a.org/report-404/gone',
    ],
    [
      'by the first rule that fits',
      [
        { Condition: { HttpErrorCodeReturnedEquals: '403' }, Redirect: { ReplaceKeyWith: 'a' } },
        {
          Condition: { HttpErrorCodeReturnedEquals: '404', KeyPrefixEquals: 'other' },
          Redirect: { ReplaceKeyWith: 'b' },
        },
        { Condition: { HttpErrorCodeReturnedEquals: '404' }, Redirect: { ReplaceKeyWith: 'c' } },
      ],
      '/gone',
      301,
      'http://HOST/c',
    ],
  ])('replaces %s', async (_what, RoutingRules, path, status, location) => {
    const host = await site({ ...INDEX, RoutingRules }, { here: 'x' });
    const answer = await fetchSite(host, path);
    expect([answer.status, answer.headers.location]).toEqual([
      status,
      location.replace('HOST', `${host}:${emulator.port}`),
    ]);
    expect((await fetchSite(host, '/here')).status).toBe(200);
  });

  it('gives its pages no way to other services', async () => {
    const host = await site(INDEX, { 'index.html': 'root' });
    const headers = {
      'x-amz-target': 'Logs_20140328.DescribeLogGroups',
      origin: `http://${host}:${emulator.port}`,
    };
    expect((await fetchSite(host, '/', { method: 'POST', headers })).status).toBe(405);
    expect((await fetchSite(host, '/_cosmicai/health')).status).toBe(404);
  });

  it('shows what policies let everybody read', async () => {
    const { started, client } = await start({ iam: { enforcement: 'enforce' } });
    try {
      const host = await site(INDEX, { 'index.html': 'root', 'secret.html': 'no' }, client);
      const Bucket = host.split('.')[0]!;
      const read = (path: string) => fetchSite(host, path, { port: started.port });
      expect(await read('/')).toMatchObject({ status: 403, headers: { 'x-amz-error-code': 'AccessDenied' } });
      const Policy = JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: '*',
            Action: 's3:GetObject',
            Resource: `arn:aws:s3:::${Bucket}/index.html`,
          },
        ],
      });
      await client.send(new DeletePublicAccessBlockCommand({ Bucket }));
      await client.send(new PutBucketPolicyCommand({ Bucket, Policy }));
      expect(await read('/')).toMatchObject({ status: 200, text: 'root' });
      expect((await read('/secret.html')).status).toBe(403);
    } finally {
      client.destroy();
      await started.stop();
    }
  });
});
