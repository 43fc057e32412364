import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { inputDecoder, restXmlCodec } from '../../../../../harness/emulator/http/codecs/rest-xml.ts';
import { ServiceModel } from '../../../../../harness/emulator/http/model/service-model.ts';
import type { AuthorizedCall } from '../../../../../harness/emulator/http/permission.ts';
import type { WireRequest } from '../../../../../harness/emulator/http/wire.ts';
import table from '../../../../../harness/emulator/models/s3.json' with { type: 'json' };
import type { S3Context } from '../../../../../harness/emulator/services/s3/context.ts';
import { s3Operations } from '../../../../../harness/emulator/services/s3/operations/index.ts';

const model = new ServiceModel(table);
const codec = restXmlCodec(model, s3Operations);
const context = { isPolicyActive: true, buckets: { has: (_name: string) => true } } as S3Context;

function request(method: string, url: string, headers: { [name: string]: string } = {}): WireRequest {
  const [path = '', query = ''] = url.split('?');
  return {
    method,
    path,
    query: new URLSearchParams(query),
    headers,
    body: Readable.from([]),
    caller: { accessKeyId: 'test', accountId: '000000000000', region: 'us-east-1', service: 's3' },
    signature: { kind: 'none' },
    requestId: 'r',
    host: 'localhost',
  };
}

/** The calls that the pipeline would have authorized for a request. */
function callsOf(sent: WireRequest): readonly AuthorizedCall[] {
  const match = codec.match(sent, Buffer.alloc(0))!;
  const operation = s3Operations.find(({ name }) => name === match.name)!;
  const input = codec.decode(sent, Buffer.alloc(0), match, model) as never;
  return operation.permission(input, context, sent);
}

const actionsOf = (sent: WireRequest) => callsOf(sent).map(({ action }) => action);

const GRANT = 'id="c4c1ede66af53448b93c283ce9448c4ba468c9432aa01d700d3878632f77d2d0"';

/** Operations whose permission only their body tells: the operation asks for it. */
const ASK_THEMSELVES = ['DeleteObjects', 'PostObject'];

describe('permissions of S3', () => {
  it('every operation needs one on its bucket, its object, or all', () => {
    for (const { name, permission } of s3Operations) {
      if (ASK_THEMSELVES.includes(name)) continue;
      const input = { Bucket: 'b', Key: 'k', CopySource: 'from/key' } as never;
      const calls = permission(input, context, request('PUT', '/b/k'));
      expect(calls.length, name).toBeGreaterThan(0);
      for (const { action, resource } of calls) {
        expect(action, name).toMatch(/^s3:[A-Z]\w+$/);
        expect(resource, name).toMatch(/^(?:\*|arn:aws:s3:::(?:b|b\/k|from\/key))$/);
      }
    }
  });

  it.each([
    [{}, []],
    [{ 'x-amz-acl': 'private' }, ['s3:PutObjectAcl']],
    [{ 'x-amz-grant-read': GRANT }, ['s3:PutObjectAcl']],
    [{ 'x-amz-tagging': 'a=b' }, ['s3:PutObjectTagging']],
    [{ 'x-amz-object-lock-legal-hold': 'ON' }, ['s3:PutObjectLegalHold']],
    [{ 'x-amz-object-lock-mode': 'GOVERNANCE' }, ['s3:PutObjectRetention']],
  ])('a write with the headers %j also needs %j', (headers, more) => {
    for (const sent of [request('PUT', '/b/k', headers), request('POST', '/b/k?uploads', headers)]) {
      expect(actionsOf(sent)).toEqual(['s3:PutObject', ...more]);
      expect(new Set(callsOf(sent).map(({ resource }) => resource))).toEqual(new Set(['arn:aws:s3:::b/k']));
    }
    const copy = request('PUT', '/b/k', { 'x-amz-copy-source': 'from/key', ...headers });
    expect(actionsOf(copy)).toEqual(['s3:GetObject', 's3:PutObject', ...more]);
  });

  it('sets the condition keys of the members an operation has', () => {
    const [call] = callsOf(request('PUT', '/b/k', { 'x-amz-grant-read': GRANT, 'x-amz-acl': 'private' }));
    expect(call?.context).toMatchObject({ 's3:x-amz-grant-read': GRANT, 's3:x-amz-acl': 'private' });
    const [list] = callsOf(request('GET', '/b?list-type=2&prefix=p/&delimiter=/&max-keys=5'));
    expect(list?.context).toMatchObject({ 's3:prefix': 'p/', 's3:delimiter': '/', 's3:max-keys': '5' });
  });

  it('ignores parameters that the operation does not have', () => {
    const plain = callsOf(request('PUT', '/b/k'));
    expect(callsOf(request('PUT', '/b/k?prefix=allowed/&versionId=v&Bucket=other&Key=other'))).toEqual(plain);
    expect(callsOf(request('GET', '/b/k?prefix=allowed/&max-keys=1'))).toEqual(
      callsOf(request('GET', '/b/k')),
    );
  });

  it.each([
    'secret/k',
    '/secret/k',
    '%2Fsecret/k',
    '/secret%2Fk',
    'secret%2fk',
    'https://host:4566/secret/k',
  ])('reads the source of a copy from %s as the operation does', (source) => {
    for (const url of ['/b/k', '/b/k?partNumber=1&uploadId=u']) {
      const [read] = callsOf(request('PUT', url, { 'x-amz-copy-source': source }));
      expect(read).toMatchObject({ action: 's3:GetObject', resource: 'arn:aws:s3:::secret/k' });
    }
  });

  it.each(['//secret/k', '%2F%2Fsecret/k', '/%2Fsecret/k', 'https://host//secret/k', 'secret', '', '%'])(
    'refuses the copy source %s',
    (source) => {
      expect(() => callsOf(request('PUT', '/b/k', { 'x-amz-copy-source': source }))).toThrow(
        expect.objectContaining({ code: 'InvalidArgument' }),
      );
    },
  );

  it('needs leave to pass over a retention', () => {
    const headers = { 'x-amz-bypass-governance-retention': 'true' };
    expect(actionsOf(request('DELETE', '/b/k?versionId=v', headers))).toEqual([
      's3:DeleteObjectVersion',
      's3:BypassGovernanceRetention',
    ]);
    expect(actionsOf(request('PUT', '/b/k?retention', headers))).toEqual([
      's3:PutObjectRetention',
      's3:BypassGovernanceRetention',
    ]);
  });

  it('decodes members as the client sent them', () => {
    const decode = inputDecoder(model);
    const sent = request('GET', '/b?max-keys=many&list-type=2', {
      'x-amz-optional-object-attributes': 'A, B',
    });
    expect(decode('ListObjectsV2', sent, { Bucket: 'b' })).toEqual({
      Bucket: 'b',
      MaxKeys: 'many',
      OptionalObjectAttributes: ['A', 'B'],
    });
    const put = request('PUT', '/b/k', { 'x-amz-meta-a': '1', 'x-amz-meta-__proto__': '2' });
    expect(decode('PutObject', put, { Bucket: 'b', Key: 'k' })['Metadata']).toEqual(
      Object.fromEntries([
        ['a', '1'],
        ['__proto__', '2'],
      ]),
    );
  });
});
