/** What pages of other origins can do to the local AWS in a real browser: nothing. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import {
  CreateBucketCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { ListStateMachinesCommand, SFNClient } from '@aws-sdk/client-sfn';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../harness/emulator/emulator.ts';
import { hasBrowser, startBrowser } from '../../e2e/browser-page.ts';

const FUNCTION = JSON.stringify({
  FunctionName: 'evil',
  Runtime: 'nodejs20.x',
  Handler: 'index.handler',
  Role: 'arn:aws:iam::000000000000:role/r',
  Code: { ZipFile: 'UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==' },
});

/** Everything a page can try: runs in the browser, and tells what it could read. */
const ATTACK = `async (target) => {
  const reads = [];
  const tryFetch = async (path, init) => {
    try {
      const answer = await fetch(target + path, init);
      reads.push(path + ' ' + answer.status + ' ' + (await answer.text()).slice(0, 80));
    } catch { /* not readable */ }
  };
  await tryFetch('/', { method: 'GET' });
  await tryFetch('/private/secret.txt', { method: 'GET' });
  await tryFetch('/stolen', { method: 'PUT', body: '' });
  await tryFetch('/private/written', { method: 'PUT', body: 'x' });
  await tryFetch('/2015-03-31/functions', { method: 'POST', mode: 'no-cors', headers: { 'content-type': 'text/plain' }, body: ${JSON.stringify(FUNCTION)} });
  await tryFetch('/2015-03-31/functions', { method: 'POST', body: ${JSON.stringify(FUNCTION)} });
  await tryFetch('/_cosmicai/reset', { method: 'POST', mode: 'no-cors' });
  await tryFetch('/_localstack/state/reset', { method: 'POST', mode: 'no-cors' });
  await tryFetch('/?Action=CreateUser&UserName=evil&Version=2010-05-08', { mode: 'no-cors' });
  navigator.sendBeacon(target + '/_localstack/state/reset', 'x');
  await new Promise((resolve) => {
    const image = new Image();
    image.onload = () => { reads.push('image'); resolve(); };
    image.onerror = resolve;
    image.src = target + '/private/pixel.gif';
  });
  await new Promise((resolve) => {
    const socket = new WebSocket(target.replace('http', 'ws') + '/private/secret.txt');
    socket.onopen = () => { reads.push('websocket'); resolve(); };
    socket.onerror = resolve;
  });
  const frame = document.createElement('iframe');
  frame.name = 'target';
  document.body.append(frame);
  for (const [path, body] of [['/2015-03-31/functions', ${JSON.stringify(FUNCTION)}], ['/_localstack/state/reset', ''], ['/formed', '']]) {
    const form = document.createElement('form');
    form.method = 'POST';
    form.action = target + path;
    form.enctype = 'text/plain';
    form.target = 'target';
    const input = document.createElement('input');
    input.name = body;
    form.append(input);
    document.body.append(form);
    form.submit();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return reads.filter((line) => !line.includes('AccessDenied') && !/ 0 $/.test(line));
}`;

describe.skipIf(!hasBrowser)('a page in Chromium', () => {
  let emulator: Emulator;
  let browser: Browser;
  let evil: Server;
  let s3: S3Client;

  beforeAll(async () => {
    emulator = await startEmulator({ port: 0 });
    const config = {
      endpoint: emulator.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    };
    s3 = new S3Client({ ...config, forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: 'private' }));
    await s3.send(new PutObjectCommand({ Bucket: 'private', Key: 'secret.txt', Body: 'secret' }));
    const gif = Buffer.from('R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==', 'base64');
    await s3.send(
      new PutObjectCommand({ Bucket: 'private', Key: 'pixel.gif', Body: gif, ContentType: 'image/gif' }),
    );
    const page = '<!doctype html><title>page</title><body>page<script>document.title = "ran"</script></body>';
    await s3.send(
      new PutObjectCommand({ Bucket: 'private', Key: 'page.html', Body: page, ContentType: 'text/html' }),
    );
    evil = createServer((_request, response) => response.setHeader('content-type', 'text/html').end(page));
    await new Promise<void>((resolve) => evil.listen(0, '127.0.0.1', resolve));
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    evil?.close();
    s3?.destroy();
    await emulator?.stop();
  });

  async function attackFrom(page: Page, target: string): Promise<string[]> {
    return (await page.evaluate(`(${ATTACK})(${JSON.stringify(target)})`)) as string[];
  }

  async function stateOf(): Promise<object> {
    const config = {
      endpoint: emulator.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    };
    const lambda = new LambdaClient(config);
    const sfn = new SFNClient(config);
    try {
      return {
        buckets: (await s3.send(new ListBucketsCommand({}))).Buckets!.map(({ Name }) => Name),
        keys: (await s3.send(new ListObjectsV2Command({ Bucket: 'private' }))).Contents!.map(
          ({ Key }) => Key,
        ),
        functions: (await lambda.send(new ListFunctionsCommand({}))).Functions!.length,
        machines: (await sfn.send(new ListStateMachinesCommand({}))).stateMachines!.length,
      };
    } finally {
      lambda.destroy();
      sfn.destroy();
    }
  }
  const UNTOUCHED = {
    buckets: ['private'],
    keys: ['page.html', 'pixel.gif', 'secret.txt'],
    functions: 0,
    machines: 0,
  };

  it('of another origin changes and reads nothing', async () => {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(evil.address() as AddressInfo).port}/`);
    for (const host of ['127.0.0.1', 'localhost'])
      expect(await attackFrom(page, `http://${host}:${emulator.port}`)).toEqual([]);
    await page.close();
    expect(await stateOf()).toEqual(UNTOUCHED);
  });

  it('stored in a bucket of the emulator changes and reads nothing', async () => {
    for (const host of ['127.0.0.1', 'private.localhost']) {
      const page = await browser.newPage();
      const path = host === '127.0.0.1' ? '/private/page.html' : '/page.html';
      const answer = await page.goto(`http://${host}:${emulator.port}${path}`);
      expect(answer!.headers()['content-security-policy']).toBe('sandbox');
      expect(await page.textContent('body')).toContain('page');
      // The sandbox runs no script, and what is not a script of the page has an opaque origin: `Origin: null` is refused
      // by every operation (every-operation.test.ts).
      expect(await page.evaluate('origin')).toBe('null');
      expect(await page.title()).toBe('page');
      await page.close();
    }
    expect(await stateOf()).toEqual(UNTOUCHED);
  });

  it('whose host name was rebound to this machine changes and reads nothing', async () => {
    const rebound = await startBrowser(['--host-resolver-rules=MAP rebound.example 127.0.0.1']);
    try {
      const page = await rebound.newPage();
      const answer = await page.goto(`http://rebound.example:${emulator.port}/private/page.html`);
      expect(answer!.status()).toBe(403);
      expect(await attackFrom(page, `http://rebound.example:${emulator.port}`)).toEqual([]);
    } finally {
      await rebound.close();
    }
    expect(await stateOf()).toEqual(UNTOUCHED);
  });
});
