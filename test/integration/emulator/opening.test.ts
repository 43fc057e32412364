/** An emulator answers before all of its services are open; what is asked for meanwhile is opened by the question. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { CreateBucketCommand, ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openEmulator } from '../../../harness/emulator/emulator.ts';

let stateDir: string;
beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'cosmicai-opening-'));
});
afterEach(() => rmSync(stateDir, { recursive: true, force: true }));

const config = (endpoint: string) => ({
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});

describe('openEmulator', () => {
  it('answers requests for S3 and for what is not open yet', async () => {
    const emulator = await openEmulator({ port: 0, stateDir });
    const s3 = new S3Client({ ...config(emulator.endpoint), forcePathStyle: true });
    const lambda = new LambdaClient(config(emulator.endpoint));
    const logs = new CloudWatchLogsClient(config(emulator.endpoint));
    try {
      expect(() => emulator.lambda).toThrow('not open yet');
      await s3.send(new CreateBucketCommand({ Bucket: 'first' }));
      const [functions, groups] = await Promise.all([
        lambda.send(new ListFunctionsCommand({})),
        logs.send(new DescribeLogGroupsCommand({})),
        emulator.openAll(),
      ]);
      expect(functions.Functions).toEqual([]);
      expect(groups.logGroups).toEqual([]);
      expect(emulator.lambda.operations).toContain('Invoke');
      const health = (await (await fetch(`${emulator.endpoint}/_localstack/health`)).json()) as {
        services: object;
      };
      expect(Object.keys(health.services)).toHaveLength(7);
      await emulator.reset();
      expect((await s3.send(new ListBucketsCommand({}))).Buckets ?? []).toEqual([]);
    } finally {
      for (const client of [s3, lambda, logs]) client.destroy();
      await emulator.stop();
    }
  });

  it('stops while it opens', async () => {
    const emulator = await openEmulator({ port: 0, stateDir });
    const opening = emulator.openAll();
    await emulator.stop();
    await opening;
    // The folder is free again.
    await (await openEmulator({ port: 0, stateDir })).stop();
  });

  it('leaves those closed that an earlier process opened and nobody used', async () => {
    const before = await openEmulator({ port: 0, stateDir });
    await before.openAll();
    await before.stop();
    // Opening Lambda writes this file.
    const mark = join(stateDir, 'lambda', 'code', 'package.json');
    writeFileSync(mark, '{"name":"untouched"}');
    const emulator = await openEmulator({ port: 0, stateDir });
    try {
      expect(readFileSync(mark, 'utf8')).toContain('untouched');
      await emulator.openAll();
      expect(readFileSync(mark, 'utf8')).toBe('{}');
    } finally {
      await emulator.stop();
    }
  });

  it('warns of a bucket without its journal, and serves the rest', async () => {
    mkdirSync(join(stateDir, 's3', 'buckets', 'b'), { recursive: true });
    const warnings: string[] = [];
    const emulator = await openEmulator({ port: 0, stateDir, warn: (line) => warnings.push(line) });
    expect(warnings).toEqual([
      `s3: ${join(stateDir, 's3', 'buckets', 'b', 'journal')} is missing; the bucket b is served without its objects.`,
    ]);
    await emulator.stop();
  });

  it.each(['lambda', 'stepfunctions', 'logs', 'cloudwatch', 'sts'])(
    'tells before it answers that the place of %s is taken by a file',
    async (service) => {
      writeFileSync(join(stateDir, service), '');
      await expect(openEmulator({ port: 0, stateDir })).rejects.toMatchObject({
        code: 'state-folder-damaged',
        message: expect.stringContaining(join(stateDir, service)),
      });
      rmSync(join(stateDir, service));
      await (await openEmulator({ port: 0, stateDir })).stop();
    },
  );

  it.each([
    ['lambda', 'journal'],
    ['stepfunctions', 'journal'],
    ['logs', 'journal'],
    ['cloudwatch', 'journal'],
    ['cloudwatch', 'metrics'],
    ['iam', 'journal'],
    ['iam', 'sessions'],
  ])('warns before it answers of a damaged record of %s in %s, and keeps it', async (service, file) => {
    const path = join(stateDir, service, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, '00000000 [{"t":"x","k":"y"}]\n');
    for (let round = 0; round < 2; round++) {
      const warnings: string[] = [];
      const emulator = await openEmulator({ port: 0, stateDir, warn: (line) => warnings.push(line) });
      expect(warnings).toEqual([
        `${service}: ${path}: record 1 (29 bytes at 0) is damaged; it is left out and kept where it is.`,
      ]);
      await emulator.stop();
      expect(readFileSync(path, 'utf8')).toContain('00000000 [{"t":"x","k":"y"}]');
    }
  });

  it('opens nothing for a folder that holds nothing', async () => {
    mkdirSync(join(stateDir, 'lambda', 'functions'), { recursive: true });
    const emulator = await openEmulator({ port: 0, stateDir });
    expect(() => emulator.lambda).toThrow('not open yet');
    expect(readdirSync(join(stateDir, 'lambda'))).toEqual(['functions']);
    await emulator.stop();
  });
});
