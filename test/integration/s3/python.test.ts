/** boto3 and the AWS CLI, unmodified, against the listener. Skipped by name where they are not installed. */
import { execFile, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type S3Server, startS3 } from './s3-server.ts';

// Python clients of large objects need their time where cores are few.
vi.setConfig({ testTimeout: 300_000 });

const run = promisify(execFile);
const hasBoto3 = spawnSync('python3', ['-c', 'import boto3']).status === 0;
const hasCli = spawnSync('aws', ['--version']).status === 0;
const SIZE = 100 * 1024 * 1024;
const folder = mkdtempSync(join(tmpdir(), 'cosmicai-python-'));
const file = join(folder, 'content.bin');
let server: S3Server;
let digest: string;

const env = {
  ...process.env,
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_DEFAULT_REGION: 'us-east-1',
  AWS_CONFIG_FILE: join(folder, 'none'),
  AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none'),
};

beforeAll(async () => {
  server = await startS3();
  const content = randomBytes(SIZE);
  digest = createHash('sha256').update(content).digest('hex');
  writeFileSync(file, content);
});

afterAll(async () => {
  expect(server.internalErrors).toEqual([]);
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

const sha256Of = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

const aws = async (...args: string[]) =>
  (await run('aws', ['--endpoint-url', server.endpoint, ...args], { env, maxBuffer: 1e8 })).stdout;

const python = async (script: string, ...args: string[]) =>
  (await run('python3', ['-c', script, server.endpoint, ...args], { env, maxBuffer: 1e8 })).stdout;

it.skipIf(!hasBoto3)(
  'boto3: 100 MB by multipart upload come back with equal SHA-256 (needs python3 with boto3)',
  async () => {
    const back = join(folder, 'boto3.bin');
    const script = `
import sys, boto3
s3 = boto3.client('s3', endpoint_url=sys.argv[1])
s3.create_bucket(Bucket='boto3-bucket')
s3.upload_file(sys.argv[2], 'boto3-bucket', 'large')
head = s3.head_object(Bucket='boto3-bucket', Key='large')
assert head['ContentLength'] == ${SIZE}, head
assert head['ETag'].endswith('-13"'), head['ETag']
s3.download_file('boto3-bucket', 'large', sys.argv[3])
`;
    await python(script, file, back);
    expect(sha256Of(back)).toBe(digest);
  },
);

it.skipIf(!hasBoto3)(
  'boto3: errors, odd keys, listings, presigned URLs (needs python3 with boto3)',
  async () => {
    const script = `
import sys, json, urllib.request, boto3, botocore
from botocore.exceptions import ClientError
s3 = boto3.client('s3', endpoint_url=sys.argv[1])
s3.create_bucket(Bucket='odd-bucket')
def code(call, **args):
    try: call(**args)
    except ClientError as error: return error.response['Error']['Code']
    return None
assert code(s3.get_object, Bucket='odd-bucket', Key='absent') == 'NoSuchKey'
assert code(s3.head_object, Bucket='odd-bucket', Key='absent') == '404'
assert code(s3.get_object, Bucket='absent-bucket', Key='k') == 'NoSuchBucket'
west = boto3.client('s3', endpoint_url=sys.argv[1], region_name='eu-west-1')
assert code(west.create_bucket, Bucket='unspecified') == 'IllegalLocationConstraintException'
keys = ['a//b', '/x', 't/', '../u', 'a/./b', 'plus+and space', 'ünï/日本/😀', 'q?a=b&c#d', "'\\"<>&%41"]
for key in keys:
    s3.put_object(Bucket='odd-bucket', Key=key, Body=key.encode())
for key in keys:
    assert s3.get_object(Bucket='odd-bucket', Key=key)['Body'].read() == key.encode(), key
listed = [o['Key'] for o in s3.list_objects_v2(Bucket='odd-bucket')['Contents']]
assert listed == sorted(keys, key=lambda k: k.encode()), listed
assert [o['Key'] for o in s3.list_objects(Bucket='odd-bucket')['Contents']] == listed
url = s3.generate_presigned_url('get_object', Params={'Bucket': 'odd-bucket', 'Key': 'plus+and space'}, ExpiresIn=60)
assert urllib.request.urlopen(url).read() == b'plus+and space'
url = s3.generate_presigned_url('put_object', Params={'Bucket': 'odd-bucket', 'Key': 'presigned'}, ExpiresIn=60)
urllib.request.urlopen(urllib.request.Request(url, data=b'by url', method='PUT'))
assert s3.get_object(Bucket='odd-bucket', Key='presigned')['Body'].read() == b'by url'
answer = s3.delete_objects(Bucket='odd-bucket', Delete={'Objects': [{'Key': k} for k in keys + ['never was']]})
assert len(answer['Deleted']) == len(keys) + 1 and 'Errors' not in answer
for i in range(1500):
    s3.put_object(Bucket='odd-bucket', Key='n/%05d' % i, Body=b'')
pages = list(s3.get_paginator('list_objects_v2').paginate(Bucket='odd-bucket', Prefix='n/'))
found = [o['Key'] for page in pages for o in page['Contents']]
assert len(pages) == 2 and found == ['n/%05d' % i for i in range(1500)]
print('done')
`;
    expect(await python(script)).toBe('done\n');
  },
);

it.skipIf(!hasCli)(
  'AWS CLI: 100 MB by s3 cp come back with equal SHA-256, s3 ls and s3 sync work (needs aws)',
  async () => {
    await aws('s3', 'mb', 's3://cli-bucket');
    await aws('s3', 'cp', file, 's3://cli-bucket/path/large.bin', '--no-progress');
    const back = join(folder, 'cli.bin');
    await aws('s3', 'cp', 's3://cli-bucket/path/large.bin', back, '--no-progress');
    expect(sha256Of(back)).toBe(digest);
    expect(await aws('s3', 'ls', 's3://cli-bucket/')).toContain('PRE path/');
    expect(await aws('s3', 'ls', 's3://cli-bucket/path/')).toMatch(/104857600 large\.bin/);
    await aws('s3', 'cp', 's3://cli-bucket/path/large.bin', 's3://cli-bucket/copy.bin', '--no-progress');
    expect(
      JSON.parse(await aws('s3api', 'head-object', '--bucket', 'cli-bucket', '--key', 'copy.bin'))
        .ContentLength,
    ).toBe(SIZE);
    await aws('s3', 'rm', 's3://cli-bucket', '--recursive');
    await aws('s3', 'rb', 's3://cli-bucket');
    await expect(aws('s3', 'ls', 's3://cli-bucket')).rejects.toThrow('NoSuchBucket');
  },
);
