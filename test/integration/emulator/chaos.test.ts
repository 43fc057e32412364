import { connect } from 'node:net';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { CreateStateMachineCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type LambdaFixture, ROLE, startLambda } from '../lambda/fixture.ts';

const SIZE_BYTES = 200_000;
let fixture: LambdaFixture;
let s3: S3Client;
const config = () => ({
  endpoint: fixture.emulator.endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});

beforeAll(async () => {
  fixture = await startLambda({ seed: 1 });
  s3 = new S3Client({ ...config(), forcePathStyle: true, maxAttempts: 1 });
  await s3.send(new CreateBucketCommand({ Bucket: 'data' }));
  await s3.send(new PutObjectCommand({ Bucket: 'data', Key: 'k', Body: Buffer.alloc(SIZE_BYTES, 7) }));
  await fixture.deploy('echo', 'export const handler = async (event) => event;');
}, 60_000);
afterEach(() => fixture.emulator.chaos.clear());
afterAll(async () => {
  s3?.destroy();
  await fixture?.stop();
});

const get = async () => {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'data', Key: 'k' }));
  return (await Body!.transformToByteArray()).length;
};
const use = (...rules: object[]) => fixture.emulator.chaos.use(rules);
const struck = () => fixture.emulator.chaos.status().map((rule) => rule.struck);

describe('chaos over S3', () => {
  it('throws in the protocol of the service, for the calls named and no other', async () => {
    await use({ on: 's3.GetObject', calls: '1-2', throw: 'SlowDown' });
    for (let i = 0; i < 2; i++) {
      await expect(get()).rejects.toMatchObject({
        name: 'SlowDown',
        message: 'Please reduce your request rate.',
        $metadata: { httpStatusCode: 503 },
      });
      await s3.send(new ListObjectsV2Command({ Bucket: 'data' }));
    }
    expect(await get()).toBe(SIZE_BYTES);
    expect(fixture.emulator.chaos.status()).toMatchObject([{ matched: 3, struck: 2 }]);
  });

  it('is overcome by a client that retries', async () => {
    await use({ on: 's3.GetObject', calls: '1-2', throw: 'InternalError' });
    const patient = new S3Client({ ...config(), forcePathStyle: true, maxAttempts: 3 });
    const answer = await patient.send(new GetObjectCommand({ Bucket: 'data', Key: 'k' }));
    expect((await answer.Body!.transformToByteArray()).length).toBe(SIZE_BYTES);
    expect(answer.$metadata.attempts).toBe(3);
    patient.destroy();
  });

  it('refuses an upload without keeping any of it', async () => {
    await use({ on: 's3.PutObject', where: { key: 'new*' }, throw: 'SlowDown' });
    const put = new PutObjectCommand({ Bucket: 'data', Key: 'new/1', Body: Buffer.alloc(3_000_000) });
    await expect(s3.send(put)).rejects.toMatchObject({ name: 'SlowDown' });
    const { KeyCount } = await s3.send(new ListObjectsV2Command({ Bucket: 'data', Prefix: 'new' }));
    expect(KeyCount).toBe(0);
  });

  it('delays', async () => {
    await use({ on: 's3.GetObject', calls: 1, delay: '300 ms' });
    const before = performance.now();
    await get();
    expect(performance.now() - before).toBeGreaterThan(295);
  });

  it('limits the bandwidth of a body', async () => {
    await use({ on: 's3.GetObject', calls: 1, bandwidth: '500 KB/s' });
    const before = performance.now();
    expect(await get()).toBe(SIZE_BYTES);
    // 200 KB at 500 KB/s are 400 ms.
    expect(performance.now() - before).toBeGreaterThan(390);
  });

  it('resets the connection in mid-body', async () => {
    await use({ on: 's3.GetObject', calls: 1, reset: '50%' });
    await expect(get()).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(await get()).toBe(SIZE_BYTES);
  });

  it('truncates a body, announcing the shorter length', async () => {
    await use({ on: 's3.GetObject', calls: 1, truncate: 1000 });
    const answer = await rawGet('/data/k');
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(answer).toMatch(/content-length: 1000\r\n/i);
    expect(answer.length - answer.indexOf('\r\n\r\n') - 4).toBe(1000);
  });

  it('lets the client notice a truncated body by its checksum', async () => {
    await use({ on: 's3.GetObject', calls: 1, truncate: '10%' });
    await expect(get()).rejects.toThrow(/checksum/i);
  });
});

function rawGet(path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(fixture.emulator.port, '127.0.0.1', () => {
      socket.write(`GET ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`);
    });
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
    });
    socket.on('end', () => resolve(text));
    socket.on('error', reject);
  });
}

describe('chaos over Lambda', () => {
  it('throttles', async () => {
    await use({
      on: 'lambda.Invoke',
      where: { function: 'echo' },
      calls: 1,
      throw: 'TooManyRequestsException',
    });
    await expect(fixture.invoke('echo')).rejects.toMatchObject({
      name: 'TooManyRequestsException',
      $metadata: { httpStatusCode: 429 },
      Reason: 'ConcurrentInvocationLimitExceeded',
    });
    expect((await fixture.invoke('echo', { a: 1 })).payload).toEqual({ a: 1 });
  });

  it.each([
    ['kill', 'Runtime.ExitError'],
    ['oom', 'Runtime.OutOfMemory'],
  ])(
    '%s ends a running function, and the next invocation has a new environment',
    async (fault, errorType) => {
      await use({ on: 'lambda.Invoke', calls: 1, [fault]: true });
      const failed = await fixture.invoke('echo');
      expect(failed.functionError).toBe('Unhandled');
      expect(failed.payload).toMatchObject({
        errorType,
        errorMessage: expect.stringContaining('Runtime exited with error: signal: killed'),
      });
      const next = await fixture.invoke('echo', [1]);
      expect(next.payload).toEqual([1]);
      expect(next.log).toContain('Init Duration');
    },
  );

  it('lets an init fail once, which the invocation survives, and twice, which it does not', async () => {
    await fixture.deploy('fresh', 'export const handler = async () => "up";');
    await use({ on: 'lambda.Invoke', where: { function: 'fresh' }, calls: 1, initFailure: true });
    expect((await fixture.invoke('fresh')).payload).toBe('up');
    expect(struck()).toEqual([1]);
    expect(await fixture.messages('fresh', 'INIT_REPORT')).toHaveLength(1);
    await fixture.deploy('stillborn', 'export const handler = async () => "up";');
    await use({ on: 'lambda.Invoke', where: { function: 'stillborn' }, calls: '1-2', initFailure: true });
    expect(await fixture.invoke('stillborn')).toMatchObject({
      functionError: 'Unhandled',
      payload: { errorType: 'Runtime.ExitError' },
    });
    expect((await fixture.invoke('stillborn')).payload).toBe('up');
  });

  it('strikes the calls of Step Functions, whose Retry overcomes them', async () => {
    const states = new SFNClient(config());
    const { stateMachineArn } = await states.send(
      new CreateStateMachineCommand({
        name: 'retrying',
        roleArn: ROLE,
        definition: JSON.stringify({
          StartAt: 'Call',
          States: {
            Call: {
              Type: 'Task',
              Resource: 'arn:aws:states:::lambda:invoke',
              Parameters: { FunctionName: 'echo', Payload: { n: 1 } },
              OutputPath: '$.Payload',
              Retry: [
                { ErrorEquals: ['Lambda.TooManyRequestsException'], IntervalSeconds: 1, MaxAttempts: 2 },
              ],
              End: true,
            },
          },
        }),
      }),
    );
    await use({ on: 'lambda.Invoke', calls: 1, throw: 'Lambda.TooManyRequestsException' });
    const ended = new Promise<unknown>((resolve) => {
      fixture.emulator.stepFunctions.onStatus(({ detail }) => {
        if (detail.status !== 'RUNNING') resolve(detail);
      });
    });
    await states.send(new StartExecutionCommand({ stateMachineArn, input: '{}' }));
    expect(await ended).toMatchObject({ status: 'SUCCEEDED' });
    expect(struck()).toEqual([1]);
    states.destroy();
  });
});

describe('/_cosmicai/chaos', () => {
  const url = () => `${fixture.emulator.endpoint}/_cosmicai/chaos`;
  const headers = () => ({ authorization: `Bearer ${fixture.emulator.token}` });
  const post = (body: string) => fetch(url(), { method: 'POST', body, headers: headers() });

  it('puts rules in force, tells what they struck, and takes them away', async () => {
    const rules = [{ id: 'slow', on: 's3.GetObject', calls: 1, throw: 'SlowDown' }];
    expect((await post(JSON.stringify({ rules }))).status).toBe(200);
    await expect(get()).rejects.toMatchObject({ name: 'SlowDown' });
    expect(await (await fetch(url(), { headers: headers() })).json()).toEqual({
      rules: [{ id: 'slow', on: 's3.GetObject', matched: 1, struck: 1 }],
    });
    await post(JSON.stringify(rules));
    expect((await fetch(url(), { method: 'DELETE', headers: headers() })).status).toBe(200);
    expect(await get()).toBe(SIZE_BYTES);
  });

  it('refuses rules that cannot be read or could never strike, and keeps those in force', async () => {
    await use({ on: 's3.GetObject', calls: 1, throw: 'SlowDown' });
    expect((await post('{')).status).toBe(400);
    expect((await post('[{"on":"s3.GetObject"}]')).status).toBe(400);
    const typo = await post('[{"on":"s3.GetObjct","delay":"1 s"}]');
    expect([typo.status, await typo.json()]).toEqual([
      400,
      {
        message: 'A chaos rule names s3.GetObjct, which is no operation served here.',
        remedy: 'Did you mean s3.GetObject?',
      },
    ]);
    await expect(get()).rejects.toMatchObject({ name: 'SlowDown' });
  });
});
