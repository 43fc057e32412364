/** Events go to a bucket; time stands still until a test lets a waiting task begin. */
import { gunzipSync } from 'node:zlib';
import {
  CancelExportTaskCommand,
  CloudWatchLogsClient,
  CreateExportTaskCommand,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DescribeExportTasksCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Clock, wallClock } from '../../../harness/core/clock.ts';
import { type Emulator, startEmulator } from '../../../harness/emulator/emulator.ts';

const Bucket = 'exports';
const nowMs = Date.now();
const task = { logGroupName: '/exported', from: 0, to: nowMs, destination: Bucket };
const waiting = new Set<() => void>();
/** Lets everything begin that waits. */
const goOn = () => {
  for (const begin of [...waiting]) {
    waiting.delete(begin);
    begin();
  }
};

let emulator: Emulator;
let logs: CloudWatchLogsClient;
let s3: S3Client;
beforeAll(async () => {
  const clock: Clock = {
    ...wallClock({ unref: true }),
    nowMs: () => nowMs,
    after(_ms, begin) {
      waiting.add(begin);
      return () => void waiting.delete(begin);
    },
  };
  emulator = await startEmulator({ port: 0, clock });
  const account = {
    endpoint: emulator.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  };
  logs = new CloudWatchLogsClient(account);
  s3 = new S3Client({ ...account, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket }));
  await logs.send(new CreateLogGroupCommand({ logGroupName: '/exported' }));
  for (const logStreamName of ['a/1', 'b', 'empty']) {
    await logs.send(new CreateLogStreamCommand({ logGroupName: '/exported', logStreamName }));
  }
});
afterAll(async () => {
  logs.destroy();
  s3.destroy();
  await emulator.stop();
});

const shown = async (taskId: string | undefined) =>
  (await logs.send(new DescribeExportTasksCommand({ taskId }))).exportTasks?.[0];
const completed = (taskId: string | undefined) =>
  vi.waitFor(async () => expect((await shown(taskId))?.status?.code).toBe('COMPLETED'), 30_000);
const keys = async (Prefix: string) =>
  (await s3.send(new ListObjectsV2Command({ Bucket, Prefix }))).Contents?.map(({ Key }) => Key);
// biome-ignore lint/suspicious/noExplicitAny: commands of any kind are sent.
type Command = any;
const refused = (command: Command, name: string, message: string) =>
  expect(logs.send(command)).rejects.toMatchObject({ name, message });

describe('export tasks', () => {
  it('write the events of each stream to a bucket, one task at a time', async () => {
    const put = (logStreamName: string, messages: string[]) =>
      logs.send(
        new PutLogEventsCommand({
          logGroupName: '/exported',
          logStreamName,
          logEvents: messages.map((message, i) => ({ timestamp: nowMs - 1000 + i, message })),
        }),
      );
    await put('a/1', ['first', 'second']);
    await put('b', ['other']);
    const { taskId } = await logs.send(new CreateExportTaskCommand(task));
    expect(await shown(taskId)).toEqual({
      ...task,
      taskId,
      destinationPrefix: 'exportedlogs',
      status: { code: 'PENDING' },
      executionInfo: { creationTime: nowMs },
    });
    await refused(new CreateExportTaskCommand(task), 'LimitExceededException', 'Resource limit exceeded.');
    goOn();
    await completed(taskId);
    const folder = `exportedlogs/${taskId}/`;
    expect(await keys(folder)).toEqual([`${folder}a-1/000000.gz`, `${folder}b/000000.gz`]);
    expect(await keys('exportedlogs/aws-')).toEqual(['exportedlogs/aws-logs-write-test']);
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: `${folder}a-1/000000.gz` }));
    const time = (ms: number) => new Date(ms).toISOString();
    expect(gunzipSync(await Body!.transformToByteArray()).toString()).toBe(
      `${time(nowMs - 1000)} first\n${time(nowMs - 999)} second\n`,
    );
    await refused(
      new CancelExportTaskCommand({ taskId }),
      'InvalidOperationException',
      'The specified export task has already finished',
    );
  });

  it('are cancelled before they begin, and make room for another', async () => {
    const { taskId } = await logs.send(new CreateExportTaskCommand({ ...task, destinationPrefix: 'none' }));
    await logs.send(new CancelExportTaskCommand({ taskId }));
    expect(await shown(taskId)).toMatchObject({
      status: { code: 'CANCELLED' },
      executionInfo: { completionTime: nowMs },
    });
    const { taskId: next } = await logs.send(
      new CreateExportTaskCommand({ ...task, logStreamNamePrefix: 'b', destinationPrefix: 'one' }),
    );
    goOn();
    await completed(next);
    expect(await keys('none/')).toBeUndefined();
    expect(await keys(`one/${next}/`)).toEqual([`one/${next}/b/000000.gz`]);
    const { exportTasks } = await logs.send(new DescribeExportTasksCommand({ statusCode: 'CANCELLED' }));
    expect(exportTasks?.map((one) => one.taskId)).toEqual([taskId]);
  });

  it.each<[string, Command, string, string]>([
    [
      'a bucket',
      new CreateExportTaskCommand({ ...task, destination: 'there-is-none' }),
      'InvalidParameterException',
      'The given bucket does not exist. Please make sure the bucket is valid.',
    ],
    [
      'a group',
      new CreateExportTaskCommand({ ...task, logGroupName: '/none' }),
      'ResourceNotFoundException',
      'The specified log group does not exist.',
    ],
    [
      'a task',
      new CancelExportTaskCommand({ taskId: 'a-b' }),
      'ResourceNotFoundException',
      'The specified export task does not exist.',
    ],
  ])('miss %s', (_, command, name, message) => refused(command, name, message));
});
