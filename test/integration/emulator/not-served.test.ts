/** Services that are not served: their clients are told so in their own protocol, never by an answer of S3. */
import { createConnection } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../harness/emulator/emulator.ts';
import { send } from './model-requests.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ port: 0 });
});
afterAll(() => emulator.stop());

const scoped = (service: string) =>
  `AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=00`;
const MESSAGE =
  /is not served by cosmicai: delegate it to another endpoint, or mock the states that call it\./;

describe('a service that is not served', () => {
  it.each([
    [
      'sns',
      {},
      'Action=ListTopics&Version=2010-03-31',
      /<ErrorResponse><Error>.*<Code>NotImplemented<\/Code>/s,
    ],
    ['sqs', { 'x-amz-target': 'AmazonSQS.ListQueues' }, '{}', /"__type":"NotImplemented"/],
    ['dynamodb', { 'x-amz-target': 'DynamoDB_20120810.ListTables' }, '{}', /"__type":"NotImplemented"/],
    ['ec2', {}, 'Action=DescribeInstances', /<Response><Errors><Error><Code>NotImplemented<\/Code>/],
    ['apigateway', {}, '', /"__type":"NotImplemented"/],
    ['constructor', {}, '', /"__type":"NotImplemented"/],
  ])('%s is told so in its own protocol', async (service, headers, body, expected) => {
    const request = { method: 'POST', path: '/', headers: headers as Record<string, string>, body };
    const answer = await send(emulator.port, request, { authorization: scoped(service) });
    expect(answer.status).toBe(501);
    expect(answer.text).toMatch(expected);
    expect(answer.text).toMatch(MESSAGE);
    expect(answer.text).toContain(service);
    expect(answer.headers['x-amzn-requestid']).toBeDefined();
  });

  it('is recognised by an unknown target and by its host name', async () => {
    const plain = { method: 'POST', path: '/', headers: {}, body: '{}' };
    for (const more of [
      { 'x-amz-target': '__proto__.x' },
      { host: `sqs.us-east-1.localhost.localstack.cloud:${emulator.port}` },
    ]) {
      const answer = await send(emulator.port, plain, more as Record<string, string>);
      expect([answer.status, MESSAGE.test(answer.text)]).toEqual([501, true]);
    }
  });
});

describe('pages of the emulator', () => {
  const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    send(emulator.port, { method, path, headers, body: '' });

  it.each(['/_localstack/health', '/_localstack/info', '/_cosmicai/health'])('%s is open', async (path) => {
    expect((await get(path)).status).toBe(200);
  });

  it.each([
    ['POST', '/_cosmicai/reset'],
    ['GET', '/_cosmicai/chaos'],
    ['POST', '/_cosmicai/chaos'],
    ['DELETE', '/_cosmicai/chaos'],
    ['GET', '/_cosmicai/iam/least-policy'],
  ])('%s %s needs the token', async (method, path) => {
    expect((await get(path, {}, method)).status).toBe(403);
    expect((await get(path, { authorization: `Bearer ${'x'.repeat(43)}` }, method)).status).toBe(403);
  });

  it('reset LocalStack’s way needs no token from this machine, and is refused to browsers', async () => {
    const path = '/_localstack/state/reset';
    expect((await get(path, { 'sec-fetch-mode': 'no-cors' }, 'POST')).status).toBe(403);
    expect((await get(path, { origin: 'http://evil.example' }, 'POST')).status).toBe(403);
    expect((await get(path, {}, 'POST')).status).toBe(200);
  });

  it('takes fault rules right after it is ready', async () => {
    const fresh = await startEmulator({ port: 0 });
    try {
      const answer = await send(fresh.port, {
        method: 'POST',
        path: '/_cosmicai/chaos',
        headers: { authorization: `Bearer ${fresh.token}` },
        body: '[{"on":"s3.GetObject","delay":"1 ms"}]',
      });
      expect([answer.status, answer.text]).toEqual([200, expect.stringContaining('s3.GetObject')]);
    } finally {
      await fresh.stop();
    }
  });

  it('stops cleanly right after a reset', async () => {
    const lines: string[] = [];
    const fresh = await startEmulator({ port: 0, log: (line) => lines.push(line) });
    const reset = fresh.reset();
    await Promise.all([reset, fresh.stop()]);
    expect(lines).toEqual([]);
  });
});

it('answers a request that is no HTTP without ending', async () => {
  await new Promise<void>((resolve) => {
    const socket = createConnection(emulator.port, '127.0.0.1', () => socket.end('\x16\x03\x01\r\n\r\n'));
    socket.on('data', () => {}).once('close', () => resolve());
  });
  expect(
    (await send(emulator.port, { method: 'GET', path: '/_cosmicai/health', headers: {}, body: '' })).status,
  ).toBe(200);
});
