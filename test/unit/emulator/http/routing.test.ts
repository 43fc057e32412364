import { describe, expect, it } from 'vitest';
import { virtualBucket } from '../../../../harness/emulator/http/host-and-origin.ts';
import { serviceRouter } from '../../../../harness/emulator/http/routing.ts';
import { callerOf } from '../../../../harness/emulator/http/server.ts';
import { MANIFESTS } from '../../../../harness/emulator/services/manifests.ts';

const authorization = (service: string) =>
  `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261123/eu-west-1/${service}/aws4_request, SignedHeaders=host, Signature=abc`;

const routeOf = serviceRouter(MANIFESTS);
const DEFAULTS = { region: 'us-east-1', accountOf: () => '000000000000' };

function route(path: string, headers: Record<string, string> = {}, query = '', host = '127.0.0.1:4566') {
  const parameters = new URLSearchParams(query);
  const request = {
    method: 'POST',
    path,
    headers,
    query: parameters,
    host,
    caller: callerOf({ headers, query: parameters }, DEFAULTS).caller,
  };
  const found = routeOf(request);
  return 'service' in found ? { service: found.service.name } : found;
}

describe('serviceRouter', () => {
  it.each([
    ['/', { 'x-amz-target': 'AWSStepFunctions.StartExecution' }, '', 'stepfunctions'],
    ['/', { 'x-amz-target': 'Logs_20140328.PutLogEvents' }, '', 'logs'],
    ['/2015-03-31/functions/f/invocations', {}, '', 'lambda'],
    ['/2017-03-31/tags/arn', {}, '', 'lambda'],
    ['/2020-04-22/code-signing-configs', {}, '', 'lambda'],
    ['/bucket/key', {}, '', 's3'],
    ['/2015-03-31/functions/f', { authorization: authorization('s3') }, '', 's3'],
    ['/', { authorization: authorization('iam') }, '', 'iam'],
    ['/', { authorization: authorization('sts') }, '', 'sts'],
    ['/', {}, 'Action=GetCallerIdentity&Version=2011-06-15', 'sts'],
    ['/', {}, 'Action=CreateRole', 'iam'],
    ['/', { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }, '', 'sts'],
    ['/bucket', { 'content-type': 'application/x-www-form-urlencoded' }, '', 's3'],
  ])('%s %o %s is for %s', (path, headers, query, service) => {
    expect(route(path, headers as Record<string, string>, query)).toEqual({ service });
  });

  it.each([
    [{ authorization: authorization('sns') }, '127.0.0.1:4566', { signingName: 'sns' }],
    [{ authorization: authorization('constructor') }, '127.0.0.1:4566', { signingName: 'constructor' }],
    [
      { 'x-amz-target': 'AmazonSQS.ListQueues', authorization: authorization('sqs') },
      '127.0.0.1:4566',
      { target: 'AmazonSQS', signingName: 'sqs' },
    ],
    [{ 'x-amz-target': '__proto__.x' }, '127.0.0.1:4566', { target: '__proto__' }],
    [{}, 'sqs.us-east-1.amazonaws.com', { hostLabel: 'sqs' }],
    [{}, 'sqs.us-east-1.localhost.localstack.cloud:4566', { hostLabel: 'sqs' }],
  ])('%o at %s is for a service that is not served', (headers, host, notServed) => {
    expect(route('/', headers as Record<string, string>, '', host)).toEqual({ notServed });
  });
});

describe('callerOf', () => {
  const caller = (headers: Record<string, string>, query: Record<string, string> = {}) =>
    callerOf({ headers, query: new URLSearchParams(query) }, DEFAULTS);

  it('reads the Authorization header', () => {
    expect(caller({ authorization: authorization('s3') }).caller).toMatchObject({
      accessKeyId: 'AKIDEXAMPLE',
      region: 'eu-west-1',
      service: 's3',
    });
  });

  it('reads a presigned query', () => {
    const presigned = {
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Credential': 'AK/20261123/us-west-2/s3/aws4_request',
      'X-Amz-Date': '20261123T000000Z',
      'X-Amz-Expires': '60',
      'X-Amz-SignedHeaders': 'host',
      'X-Amz-Signature': 'abc',
    };
    expect(caller({}, presigned).caller).toMatchObject({
      accessKeyId: 'AK',
      region: 'us-west-2',
      service: 's3',
    });
  });

  it('takes the default region where the scope names none', () => {
    const header = authorization('iam').replace('eu-west-1', '');
    expect(caller({ authorization: header }).caller).toMatchObject({ region: 'us-east-1', service: 'iam' });
  });

  it('is anonymous without either', () => {
    expect(caller({}).caller.accessKeyId).toBe('anonymous');
  });

  const V4 = authorization('s3');
  it.each([
    [
      'two credentials',
      { authorization: `${V4}, Credential=test/20261123/us-east-1/s3/aws4_request` },
      {},
      'header',
    ],
    ['an unknown member', { authorization: `${V4}, Extra=1` }, {}, 'header'],
    ['a missing member', { authorization: V4.replace(/, Signature=\w+/, '') }, {}, 'header'],
    [
      'a credential of four parts',
      { authorization: V4.replace('/aws4_request', '') },
      {},
      'credential-header',
    ],
    [
      'a credential of six parts',
      { authorization: V4.replace('AKIDEXAMPLE', 'AK/ID') },
      {},
      'credential-header',
    ],
    ['another scheme', { authorization: 'Bearer x' }, {}, 'unsupported-scheme'],
    ['header and V4 query', { authorization: V4 }, { 'X-Amz-Signature': 'a' }, 'several-mechanisms'],
    [
      'header and V2 query',
      { authorization: V4 },
      { AWSAccessKeyId: 'a', Signature: 'b', Expires: '1' },
      'several-mechanisms',
    ],
    ['an incomplete V2 query', {}, { AWSAccessKeyId: 'a', Signature: 'b' }, 'query-v2'],
    ['an incomplete V4 query', {}, { 'X-Amz-Signature': 'a' }, 'query'],
  ])('names nobody for %s', (_what, headers, query, reason) => {
    const found = caller(headers as Record<string, string>, query as Record<string, string>);
    expect(found.signature).toMatchObject({ kind: 'unreadable', reason });
    expect(found.caller.accessKeyId).toBe('anonymous');
  });
});

describe('virtualBucket', () => {
  it.each([
    ['my-bucket.s3.amazonaws.com', 'my-bucket'],
    ['my.dotted.bucket.s3.us-east-1.amazonaws.com', 'my.dotted.bucket'],
    ['my-bucket.s3.localhost.localstack.cloud:4566', 'my-bucket'],
    ['my-bucket.s3.localhost:4566', 'my-bucket'],
    ['my-bucket.localhost:4566', 'my-bucket'],
    ['my-bucket.localhost.localstack.cloud:4566', 'my-bucket'],
    ['localhost.localstack.cloud:4566', undefined],
    ['console.localhost:4566', undefined],
    ['localhost:4566', undefined],
    ['127.0.0.1:4566', undefined],
    ['s3.localhost:4566', undefined],
    ['s3.us-east-1.amazonaws.com', undefined],
  ])('%s -> %s', (host, bucket) => {
    expect(virtualBucket(host)).toBe(bucket);
  });
});
