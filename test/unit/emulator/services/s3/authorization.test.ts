import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { WireRequest } from '../../../../../harness/emulator/http/wire.ts';
import { postCalls, s3Calls } from '../../../../../harness/emulator/services/s3/authorization.ts';

const request = (headers: Record<string, string>): WireRequest => ({
  method: 'PUT',
  path: '/b/k',
  query: new URLSearchParams(),
  headers,
  body: Readable.from([]),
  caller: { accessKeyId: 'test', accountId: '000000000000', region: 'us-east-1', service: 's3' },
  signature: { kind: 'none' },
  requestId: 'r',
  host: 'localhost',
});

const GRANT = 'id="c4c1ede66af53448b93c283ce9448c4ba468c9432aa01d700d3878632f77d2d0"';

describe('a write needs, beside s3:PutObject,', () => {
  it.each([
    [{}, []],
    [{ 'x-amz-acl': 'private' }, ['s3:PutObjectAcl']],
    [{ 'x-amz-grant-read': GRANT }, ['s3:PutObjectAcl']],
    [{ 'x-amz-tagging': 'a=b' }, ['s3:PutObjectTagging']],
    [{ 'x-amz-object-lock-legal-hold': 'ON' }, ['s3:PutObjectLegalHold']],
    [{ 'x-amz-object-lock-mode': 'GOVERNANCE' }, ['s3:PutObjectRetention']],
  ])('for the headers %j %j', (headers, more) => {
    const parameters = { Bucket: 'b', Key: 'k' };
    const expected = ['s3:PutObject', ...more];
    for (const operation of ['PutObject', 'CreateMultipartUpload']) {
      const calls = s3Calls(operation, { request: request(headers), parameters, body: {} });
      expect(calls.map(({ action }) => action)).toEqual(expected);
    }
    const calls = postCalls('b', 'k', request(headers));
    expect(calls.map(({ action }) => action)).toEqual(expected);
    expect(new Set(calls.map(({ resource }) => resource))).toEqual(new Set(['arn:aws:s3:::b/k']));
  });

  it('nothing that conditions could not ask for', () => {
    const [call] = postCalls('b', 'k', request({ 'x-amz-grant-read': GRANT, 'x-amz-acl': 'private' }));
    expect(call?.context).toMatchObject({ 's3:x-amz-grant-read': GRANT, 's3:x-amz-acl': 'private' });
  });
});
