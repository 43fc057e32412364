import { describe, expect, it } from 'vitest';
import {
  isBrowser,
  isCrossOrigin,
  isOwnHost,
  isPlainRead,
  sandboxHeaders,
} from '../../../../harness/emulator/http/host-and-origin.ts';

const RULES = {
  bindHost: '127.0.0.1',
  hostNames: ['host.docker.internal', 'cosmicai'],
  allowedOrigins: ['http://localhost:3000'],
};

describe('the Host header', () => {
  it.each([
    'localhost',
    'localhost:4566',
    '127.0.0.1:4566',
    '127.8.8.8',
    '[::1]:4566',
    '172.17.0.1:4566',
    'bucket.localhost:4566',
    'bucket.s3.localhost.localstack.cloud:4566',
    'localhost.localstack.cloud',
    'abc.lambda-url.us-east-1.localhost:4566',
    'host.docker.internal:4566',
    'bucket.cosmicai:4566',
    'LOCALHOST',
    'localhost.',
  ])('%s is this server', (host) => {
    expect(isOwnHost(host, RULES)).toBe(true);
  });

  it.each([
    'evil.example',
    'evil.example:4566',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'notlocalhost',
    'amazonaws.com.evil.example',
    'evil.example#.localhost',
    'user@localhost',
    'localhost:4566:1',
    '',
  ])('%s is not', (host) => {
    expect(isOwnHost(host, RULES)).toBe(false);
  });
});

describe('a request', () => {
  const crossOrigin = (headers: Record<string, string>, host = 'localhost:4566') =>
    isCrossOrigin({ method: 'POST', host, headers }, RULES);

  it.each([
    [{}],
    [{ origin: 'http://localhost:4566' }],
    [{ origin: 'http://LOCALHOST:4566' }],
    [{ origin: 'http://localhost:3000', 'sec-fetch-site': 'same-site' }],
    [{ 'sec-fetch-site': 'none' }],
    [{ 'sec-fetch-site': 'same-origin' }],
  ])('with %o is of this origin', (headers) => {
    expect(crossOrigin(headers as Record<string, string>)).toBe(false);
  });

  it.each([
    [{ origin: 'http://evil.example' }],
    [{ origin: 'null' }],
    [{ origin: 'file://' }],
    [{ origin: 'http://localhost:4567' }],
    [{ origin: 'https://localhost:4566' }],
    [{ origin: 'http://127.0.0.1:4566' }],
    [{ origin: 'http://localhost:4566.evil.example' }],
    [{ origin: 'http://localhost:4566', 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'same-site' }],
  ])('with %o is of another', (headers) => {
    expect(crossOrigin(headers as Record<string, string>)).toBe(true);
  });

  it('is a plain read only without Origin, body and upgrade', () => {
    const read = (method: string, headers: Record<string, string> = {}) =>
      isPlainRead({ method, host: 'localhost', headers });
    expect(read('GET')).toBe(true);
    expect(read('HEAD')).toBe(true);
    expect(read('POST')).toBe(false);
    expect(read('GET', { origin: 'null' })).toBe(false);
    expect(read('GET', { upgrade: 'websocket' })).toBe(false);
  });

  it('of a browser is recognised by any of its headers', () => {
    expect(isBrowser({ headers: { 'user-agent': 'aws-cli/2' } })).toBe(false);
    for (const name of ['origin', 'sec-fetch-mode', 'sec-ch-ua'])
      expect(isBrowser({ headers: { [name]: 'x' } })).toBe(true);
  });

  it('that loads a page gets user content in a sandbox, any other as it is', () => {
    expect(sandboxHeaders({ headers: { 'sec-fetch-mode': 'navigate' } })).toMatchObject({
      'content-security-policy': 'sandbox',
    });
    expect(sandboxHeaders({ headers: { 'sec-fetch-dest': 'iframe' } })).toMatchObject({
      'content-security-policy': 'sandbox',
    });
    expect(sandboxHeaders({ headers: {} })).toBeUndefined();
  });
});
