import { describe, expect, it } from 'vitest';
import { functionUrlPath } from '../../../../../harness/emulator/http/host-and-origin.ts';

describe('hosts of function URLs', () => {
  it.each([
    ['abc123.lambda-url.us-east-1.localhost:4566', '/a/b', '/_cosmicai/lambda-url/abc123/a/b'],
    ['ABC.lambda-url.eu-west-1.localhost.localstack.cloud', '/', '/_cosmicai/lambda-url/abc/'],
    ['127.0.0.1:4566', '/', undefined],
    ['bucket.localhost:4566', '/', undefined],
    ['a.b.lambda-url.us-east-1.localhost', '/', undefined],
    ['abc.lambda-url.us-east-1.evil.example', '/', undefined],
  ])('%s', (host, path, expected) => {
    expect(functionUrlPath(host, path)).toBe(expected);
  });
});
