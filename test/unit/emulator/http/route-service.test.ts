import { describe, expect, it } from 'vitest';
import { callerOf, routeService, virtualBucket } from '../../../../harness/emulator/http/route-service.ts';

const authorization = (service: string) =>
  `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261123/eu-west-1/${service}/aws4_request, SignedHeaders=host, Signature=abc`;

function route(path: string, headers: Record<string, string> = {}, query = '') {
  const parameters = new URLSearchParams(query);
  return routeService({
    method: 'POST',
    path,
    headers,
    query: parameters,
    caller: callerOf(headers, parameters, 'us-east-1'),
  });
}

describe('routeService', () => {
  it.each([
    ['/', { 'x-amz-target': 'AWSStepFunctions.StartExecution' }, '', 'stepfunctions'],
    ['/', { 'x-amz-target': 'Logs_20140328.PutLogEvents' }, '', 'logs'],
    ['/2015-03-31/functions/f/invocations', {}, '', 'lambda'],
    ['/2017-03-31/tags/arn', {}, '', 'lambda'],
    ['/bucket/key', {}, '', 's3'],
    ['/2015-03-31/functions/f', { authorization: authorization('s3') }, '', 's3'],
    ['/', { authorization: authorization('iam') }, '', 'iam'],
    ['/', { authorization: authorization('sts') }, '', 'sts'],
    ['/', {}, 'Action=GetCallerIdentity&Version=2011-06-15', 'sts'],
    ['/', {}, 'Action=CreateRole', 'iam'],
    ['/', { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }, '', 'sts'],
    ['/bucket', { 'content-type': 'application/x-www-form-urlencoded' }, '', 's3'],
  ])('%s %o %s is for %s', (path, headers, query, service) => {
    expect(route(path, headers as Record<string, string>, query)).toBe(service);
  });
});

describe('callerOf', () => {
  it('reads the Authorization header', () => {
    expect(callerOf({ authorization: authorization('s3') }, new URLSearchParams(), 'us-east-1')).toEqual({
      accessKeyId: 'AKIDEXAMPLE',
      region: 'eu-west-1',
      service: 's3',
    });
  });

  it('reads a presigned query', () => {
    const query = new URLSearchParams({ 'X-Amz-Credential': 'AK/20261123/us-west-2/s3/aws4_request' });
    expect(callerOf({}, query, 'us-east-1')).toEqual({
      accessKeyId: 'AK',
      region: 'us-west-2',
      service: 's3',
    });
  });

  it('is anonymous without either', () => {
    expect(callerOf({}, new URLSearchParams(), 'us-east-1').accessKeyId).toBe('anonymous');
  });
});

describe('virtualBucket', () => {
  it.each([
    ['my-bucket.s3.amazonaws.com', 'my-bucket'],
    ['my.dotted.bucket.s3.us-east-1.amazonaws.com', 'my.dotted.bucket'],
    ['my-bucket.s3.localhost.localstack.cloud:4566', 'my-bucket'],
    ['my-bucket.s3.localhost:4566', 'my-bucket'],
    ['my-bucket.localhost:4566', 'my-bucket'],
    ['localhost:4566', undefined],
    ['127.0.0.1:4566', undefined],
    ['s3.localhost:4566', undefined],
    ['s3.us-east-1.amazonaws.com', undefined],
  ])('%s -> %s', (host, bucket) => {
    expect(virtualBucket(host)).toBe(bucket);
  });
});
