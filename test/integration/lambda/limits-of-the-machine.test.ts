/** What the kernel, or the harness in its place, holds a function to: CPU, memory, descriptors, its own /tmp. */
import { PutFunctionEventInvokeConfigCommand } from '@aws-sdk/client-lambda';
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../harness/core/clock.ts';
import { ControlGroups } from '../../../harness/emulator/services/lambda/runtime/control-groups.ts';
import { probeIsolation } from '../../../harness/emulator/services/lambda/runtime/isolation.ts';
import { type LambdaFixture, startLambda } from './fixture.ts';

const hasGroups = await new ControlGroups().isAvailable();
const { isolation } = await probeIsolation();
const isIsolated = isolation !== undefined;

/** Computes for as long as it is asked to, in CPU time; tells how much wall time that took. */
const BURN = `export const handler = async ({ cpuMs }) => {
  const began = performance.now();
  const before = process.cpuUsage();
  for (let used = 0; used < cpuMs * 1000; ) {
    for (let i = 0; i < 1e5; i++);
    const { user, system } = process.cpuUsage(before);
    used = user + system;
  }
  return performance.now() - began;
};`;

describe('a share of CPU', () => {
  let fixture: LambdaFixture;
  beforeAll(async () => {
    fixture = await startLambda({ lambda: { cpuShare: true } });
    await fixture.deploy('slow', BURN, { MemorySize: 442, Timeout: 60 });
  });
  afterAll(() => fixture.stop());

  it('is a quarter of a core for a quarter of 1,769 MB', async () => {
    await fixture.invoke('slow', { cpuMs: 1 });
    const wallMs = (await fixture.invoke('slow', { cpuMs: 300 })).payload as number;
    // 300 ms of CPU at a quarter of a core take 1,200 ms; a first burst of up to a period may be free.
    expect(wallMs).toBeGreaterThan(800);
  });
});

describe('memory', () => {
  let fixture: LambdaFixture;
  beforeAll(async () => {
    fixture = await startLambda();
  });
  afterAll(() => fixture.stop());

  it('taken faster than anybody could look is refused all the same', async () => {
    await fixture.deploy(
      'gulp',
      `export const handler = async () => { Buffer.alloc(900 * 1024 * 1024, 1); return 'never'; };`,
      { MemorySize: 128 },
    );
    const { functionError, payload, log } = await fixture.invoke('gulp');
    expect(functionError).toBe('Unhandled');
    expect(payload).toMatchObject({
      errorType: 'Runtime.OutOfMemory',
      errorMessage: expect.stringMatching(
        /^RequestId: \S+ Error: Runtime exited with error: signal: killed$/,
      ),
    });
    expect(log).toMatch(/Max Memory Used: 128 MB\t.*Status: error\tError Type: Runtime\.OutOfMemory/);
  });

  it.runIf(isIsolated)("does not count what lies in /tmp, whose size is the function's own", async () => {
    await fixture.deploy(
      'tmp',
      `import { statfsSync, writeFileSync } from 'node:fs';
      export const handler = async ({ sizeMB }) => {
        const { blocks, bsize } = statfsSync('/tmp');
        try { writeFileSync('/tmp/x', Buffer.alloc(1024 * 1024), { flag: 'w' });
          for (let i = 1; i < sizeMB; i++) writeFileSync('/tmp/x', Buffer.alloc(1024 * 1024), { flag: 'a' });
        } catch ({ code }) { return { code, totalMB: blocks * bsize / 1048576 }; }
        return { totalMB: blocks * bsize / 1048576 };
      };`,
      { MemorySize: 128, Timeout: 60, EphemeralStorage: { Size: 600 } },
    );
    expect((await fixture.invoke('tmp', { sizeMB: 400 })).payload).toEqual({ totalMB: 600 });
    expect((await fixture.invoke('tmp', { sizeMB: 700 })).payload).toEqual({ code: 'ENOSPC', totalMB: 600 });
  });

  it.runIf(hasGroups)('groups of the kernel are gone when the function is', async () => {
    const { readdirSync } = await import('node:fs');
    const own = () =>
      readdirSync('/sys/fs/cgroup', { recursive: true, withFileTypes: true }).filter(({ name }) =>
        name.startsWith(`cosmicai-${process.pid}-`),
      );
    await fixture.deploy('grouped', 'export const handler = async () => 1;');
    await fixture.invoke('grouped');
    expect(own().length).toBeGreaterThan(0);
    const other = await startLambda();
    await other.stop();
    await fixture.stop();
    expect(own()).toEqual([]);
    fixture = await startLambda();
  });
});

describe('the runtime', () => {
  let fixture: LambdaFixture;
  beforeAll(async () => {
    fixture = await startLambda();
  });
  afterAll(() => fixture.stop());

  it("has 1,024 descriptors, and a wrapper of the function's own may start it", async () => {
    await fixture.deploy('wrapped', '', {
      Environment: { Variables: { AWS_LAMBDA_EXEC_WRAPPER: './wrap.sh' } },
      Code: {
        ZipFile: zipSync({
          'wrap.sh': [
            strToU8('#!/bin/sh\nexport WRAPPED="$(ulimit -n)"\nexec "$@"\n'),
            { os: 3, attrs: (0o100755 << 16) >>> 0 },
          ],
          'index.mjs': strToU8('export const handler = async () => [process.env.WRAPPED, import.meta.url];'),
        }),
      },
    });
    const place = isIsolated ? 'file:///var/task/index.mjs' : expect.stringMatching(/^file:.*index\.mjs$/);
    expect((await fixture.invoke('wrapped')).payload).toEqual(['1024', place]);
  });

  it('that is not there is an exit with status 127', async () => {
    await fixture.deploy('lost', 'export const handler = async () => 1;', {
      Environment: { Variables: { AWS_LAMBDA_EXEC_WRAPPER: '/opt/none' } },
    });
    const { payload } = await fixture.invoke('lost');
    expect(payload).toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringMatching(/Error: Runtime exited with error: exit status 127$/),
    });
  });
});

it('a bucket takes the records of events that failed, each with all that is known of it', async () => {
  const fixture = await startLambda({ clock: new VirtualClock() });
  const s3 = new S3Client({
    endpoint: fixture.emulator.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    forcePathStyle: true,
  });
  try {
    await s3.send(new CreateBucketCommand({ Bucket: 'failed' }));
    await fixture.deploy('fails', `export const handler = async () => { throw new TypeError('no'); };`);
    await fixture.lambda.send(
      new PutFunctionEventInvokeConfigCommand({
        FunctionName: 'fails',
        MaximumRetryAttempts: 1,
        DestinationConfig: { OnFailure: { Destination: 'arn:aws:s3:::failed' } },
      }),
    );
    await fixture.invoke('fails', { n: 1 }, { InvocationType: 'Event', LogType: 'None' });
    const keys = async () =>
      ((await s3.send(new ListObjectsV2Command({ Bucket: 'failed' }))).Contents ?? []).map(({ Key }) => Key!);
    await expect.poll(keys, { timeout: 20_000 }).toHaveLength(1);
    const [Key] = await keys();
    expect(Key).toMatch(
      /^aws\/lambda\/async\/fails\/\d{4}\/\d\d\/\d\d\/\d{4}-\d\d-\d\dT\d\d\.\d\d\.\d\d-[0-9a-f-]{36}$/,
    );
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'failed', Key }));
    const record = JSON.parse(await Body!.transformToString());
    expect(record).toMatchObject({
      requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 2 },
      requestPayload: { n: 1 },
      responseContext: { functionError: 'Unhandled' },
      responsePayload: { errorType: 'TypeError', errorMessage: 'no' },
    });
    // The attempts share the request id that the caller was given.
    const ids = (await fixture.messages('fails', '"START RequestId"')).map((line) => line.split(' ')[2]);
    expect(ids).toEqual([record.requestContext.requestId, record.requestContext.requestId]);
  } finally {
    s3.destroy();
    await fixture.stop();
  }
});
