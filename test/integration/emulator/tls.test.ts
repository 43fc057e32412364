/** HTTPS beside HTTP on one port. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../harness/emulator/emulator.ts';

const stateDir = mkdtempSync(join(tmpdir(), 'cosmicai-tls-'));
let emulator: Emulator;
const start = async () => {
  emulator = await startEmulator({ port: 0, stateDir, tls: true, hostNames: ['aws.test'] });
};
beforeAll(start);
afterAll(async () => {
  await emulator.stop();
  rmSync(stateDir, { recursive: true, force: true });
});

const authority = () => readFileSync(emulator.authorityPath!, 'utf8');

/** Status of a request, or why there is none. */
const get = (servername: string, ca: string | undefined = authority()): Promise<number | string> =>
  new Promise((resolve) => {
    const sent = httpsRequest(
      {
        host: '127.0.0.1',
        port: emulator.port,
        path: '/_localstack/info',
        servername,
        headers: { host: servername },
        ca,
        agent: false,
      },
      (answer) => {
        answer.resume();
        resolve(answer.statusCode!);
      },
    );
    sent.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    sent.end();
  });

describe('HTTPS', () => {
  it('serves an SDK, and plain HTTP on the same port', async () => {
    const { default: https } = await import('node:https');
    const secure = new S3Client({
      endpoint: `https://127.0.0.1:${emulator.port}`,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      forcePathStyle: true,
      maxAttempts: 1,
      requestHandler: new NodeHttpHandler({ httpsAgent: new https.Agent({ ca: authority() }) }),
    });
    const plain = new S3Client({
      endpoint: emulator.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      forcePathStyle: true,
      maxAttempts: 1,
    });
    const Body = Buffer.alloc(3 * 1024 * 1024, 'redshift');
    await secure.send(new CreateBucketCommand({ Bucket: 'secure' }));
    await secure.send(new PutObjectCommand({ Bucket: 'secure', Key: 'k', Body }));
    const read = await plain.send(new GetObjectCommand({ Bucket: 'secure', Key: 'k' }));
    expect(Buffer.compare(Buffer.from(await read.Body!.transformToByteArray()), Body)).toBe(0);
    await plain.send(new PutObjectCommand({ Bucket: 'secure', Key: 'p', Body }));
    const back = await secure.send(new GetObjectCommand({ Bucket: 'secure', Key: 'p' }));
    expect(Buffer.compare(Buffer.from(await back.Body!.transformToByteArray()), Body)).toBe(0);
    expect((await plain.send(new ListBucketsCommand({}))).Buckets).toHaveLength(1);
    secure.destroy();
    plain.destroy();
  });

  it.each([
    'localhost',
    'bucket.s3.localhost',
    'bucket.localhost.localstack.cloud',
    'aws.test',
    'b.aws.test',
  ])('is good for the name %s', async (name) => {
    expect(await get(name)).toEqual(expect.any(Number));
  });

  it('is refused by a client that does not know the authority, and for other names', async () => {
    expect(await get('localhost', '')).toMatch(/UNABLE_TO_VERIFY|SELF_SIGNED/);
    expect(await get('example.org')).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  });

  it('keeps its authority over a reset and a restart, and its key to the owner', async () => {
    const before = authority();
    await emulator.reset();
    expect(await get('localhost')).toBe(200);
    await emulator.stop();
    await start();
    expect(authority()).toBe(before);
    expect(await get('localhost', before)).toBe(200);
    const key = join(dirname(emulator.authorityPath!), 'ca-key.pem');
    expect(statSync(key).mode & 0o077).toBe(0);
  });

  it('serves Python with AWS_CA_BUNDLE (needs python3 with boto3)', async (test) => {
    const script = `
import boto3, sys

s3 = boto3.client('s3', endpoint_url=sys.argv[1])


s3.create_bucket(Bucket='python')
s3.put_object(Bucket='python', Key='k', Body=b'x' * 100000)
print(s3.get_object(Bucket='python', Key='k')['ContentLength'])
`;
    const env = {
      ...process.env,
      AWS_CA_BUNDLE: emulator.authorityPath!,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_DEFAULT_REGION: 'us-east-1',
    };
    const hasBoto3 = await promisify(execFile)('python3', ['-c', 'import boto3']).then(
      () => true,
      () => false,
    );
    if (!hasBoto3) return test.skip();
    const url = `https://localhost:${emulator.port}`;
    const { stdout } = await promisify(execFile)('python3', ['-c', script, url], { env });
    expect(stdout.trim()).toBe('100000');
  });
});
