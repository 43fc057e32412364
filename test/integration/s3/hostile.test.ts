/** Raw sockets against the listener: what no SDK would send. The server refuses clearly, and lives. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendRaw } from '../raw-socket.ts';
import { type S3Server, startS3 } from './s3-server.ts';

let server: S3Server;

beforeAll(async () => {
  server = await startS3();
  await raw('PUT /hostile HTTP/1.1\r\nhost: localhost\r\ncontent-length: 0\r\n\r\n');
});

afterAll(async () => {
  expect(server.internalErrors).toEqual([]);
  await server.stop();
});

const raw = (bytes: string | Buffer, hangUpAfterMs?: number) =>
  sendRaw(server.port, bytes, { ...(hangUpAfterMs === undefined ? {} : { hangUpAfterMs }) });

const put = (path: string, headers: Record<string, string | number>, body: string) =>
  raw(
    `PUT ${path} HTTP/1.1\r\nhost: localhost\r\n${Object.entries(headers)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('')}\r\n${body}`,
  );

const leftovers = () => readdirSync(join(server.stateDir, 'tmp'));

describe('virtual-hosted requests', () => {
  it.each(['hostile.s3.localhost:4566', 'hostile.s3.us-east-1.amazonaws.com', 'hostile.localhost'])(
    'name the bucket by %s',
    async (host) => {
      const answer = await raw(`PUT /a//virtual HTTP/1.1\r\nhost: ${host}\r\ncontent-length: 2\r\n\r\nvh`);
      expect(answer).toMatch(/^HTTP\/1.1 200/);
      expect(await raw('GET /hostile/a//virtual HTTP/1.1\r\nhost: localhost\r\n\r\n')).toContain(
        '\r\n\r\nvh',
      );
      expect(await raw(`GET /?list-type=2&prefix=a/ HTTP/1.1\r\nhost: ${host}\r\n\r\n`)).toContain(
        '<Key>a//virtual</Key>',
      );
    },
  );
});

describe('hostile requests', () => {
  it('cannot leave the state folder by bucket or key', async () => {
    for (const path of ['/..%2f..%2fetc', '/../../etc/x', '/%2e%2e/passwd', '/hostile%2f..%2f..']) {
      const answer = await put(path, { 'content-length': 1 }, 'x');
      expect(answer).toMatch(/^HTTP\/1.1 (400|404)/);
    }
    const answer = await put('/hostile/..%2f..%2f..%2fescape', { 'content-length': 1 }, 'x');
    expect(answer).toMatch(/^HTTP\/1.1 200/);
    expect(existsSync(join(server.stateDir, '..', 'escape'))).toBe(false);
    expect(await raw('GET /hostile/..%2f..%2f..%2fescape HTTP/1.1\r\nhost: localhost\r\n\r\n')).toContain(
      '\r\n\r\nx',
    );
  });

  it('are told of a path that is not UTF-8', async () => {
    expect(await raw('GET /hostile/%ff%fe HTTP/1.1\r\nhost: localhost\r\n\r\n')).toContain(
      '<Code>InvalidURI</Code>',
    );
  });

  it.each([
    ['a document type', '<!DOCTYPE a [<!ENTITY b "c">]><Delete><Object><Key>&b;</Key></Object></Delete>'],
    ['not XML', '{"Delete": 1}'],
    ['an open element', '<Delete><Object><Key>a</Key></Object>'],
    ['another root', '<Remove/>'],
    ['nesting', `${'<Delete>'.repeat(20_000)}${'</Delete>'.repeat(20_000)}`],
    ['a reserved name', '<Delete><__proto__><a/></__proto__></Delete>'],
    ['no keys', '<Delete></Delete>'],
  ])('get MalformedXML for %s', async (_name, body) => {
    const answer = await raw(
      `POST /hostile?delete HTTP/1.1\r\nhost: localhost\r\ncontent-md5: ${createHash('md5').update(body).digest('base64')}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
    expect(answer).toMatch(/^HTTP\/1.1 400/);
    expect(answer).toContain('<Code>MalformedXML</Code>');
  });

  it('get nothing stored by malformed chunks', async () => {
    const streaming = {
      'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      'x-amz-decoded-content-length': 5,
    };
    const cases: [body: string, code: string][] = [
      ['zz\r\nhello\r\n0\r\n\r\n', 'InvalidRequest'],
      ['5\r\nhelloXX0\r\n\r\n', 'InvalidRequest'],
      ['5\r\nhello\r\n0\r\nno colon\r\n\r\n', 'MalformedTrailerError'],
      ['4\r\nhell\r\n0\r\n\r\n', 'IncompleteBody'],
      ['6\r\nhello!\r\n0\r\n\r\n', 'IncompleteBody'],
      [`5;${'x'.repeat(5000)}\r\nhello\r\n0\r\n\r\n`, 'InvalidRequest'],
    ];
    for (const [body, code] of cases) {
      const answer = await put('/hostile/chunked', { ...streaming, 'content-length': body.length }, body);
      expect(answer).toContain(`<Code>${code}</Code>`);
    }
    expect(await raw('HEAD /hostile/chunked HTTP/1.1\r\nhost: localhost\r\n\r\n')).toMatch(/^HTTP\/1.1 404/);
    expect(leftovers()).toEqual([]);
  });

  it('leave nothing behind when they hang up in mid-body', async () => {
    await raw(
      `PUT /hostile/half HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000000\r\n\r\n${'x'.repeat(600_000)}`,
      200,
    );
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await raw('HEAD /hostile/half HTTP/1.1\r\nhost: localhost\r\n\r\n')).toMatch(/^HTTP\/1.1 404/);
    expect(leftovers()).toEqual([]);
  });

  it('need a length, at most 5 GiB', async () => {
    expect(await put('/hostile/long', { 'transfer-encoding': 'chunked' }, '1\r\nx\r\n0\r\n\r\n')).toContain(
      '<Code>MissingContentLength</Code>',
    );
    expect(await put('/hostile/long', { 'content-length': 5 * 1024 ** 3 + 1 }, 'x')).toContain(
      '<Code>EntityTooLarge</Code>',
    );
  });

  it('are cut off for huge headers', async () => {
    const answer = await raw(
      `GET /hostile/a HTTP/1.1\r\nhost: localhost\r\nx-amz-meta-big: ${'x'.repeat(40_000)}\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1.1 431/);
  });

  it('do not reach what is not served', async () => {
    const answer = await raw('GET /hostile/a?torrent HTTP/1.1\r\nhost: localhost\r\n\r\n');
    expect(answer).toContain('<Code>NotImplemented</Code>');
    expect(await raw('PATCH /hostile HTTP/1.1\r\nhost: localhost\r\n\r\n')).toContain(
      '<Code>MethodNotAllowed</Code>',
    );
  });

  it('are refused once a presigned URL has expired', async () => {
    const query =
      'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=a%2F20200101%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20200101T000000Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=00';
    const answer = await raw(`GET /hostile/a?${query} HTTP/1.1\r\nhost: localhost\r\n\r\n`);
    expect(answer).toContain('<Message>Request has expired</Message>');
  });
});
