/** `cosmicai logs tail`, as a person types it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type Emulator, startEmulator } from '../../harness/emulator/emulator.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const BIN = resolve('harness/cli/bin.mjs');
let emulator: Emulator;
let logs: CloudWatchLogsClient;
const children: ChildProcess[] = [];

beforeAll(async () => {
  emulator = await startEmulator({ port: 0 });
  logs = new CloudWatchLogsClient({
    endpoint: emulator.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  for (const logGroupName of ['/a', '/b']) {
    await logs.send(new CreateLogGroupCommand({ logGroupName }));
    await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName: 's' }));
  }
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  logs.destroy();
  await emulator.stop();
});

const put = (logGroupName: string, message: string) =>
  logs.send(
    new PutLogEventsCommand({
      logGroupName,
      logStreamName: 's',
      logEvents: [{ timestamp: Date.now(), message }],
    }),
  );

function tail(...args: string[]) {
  const child = spawn(process.execPath, [BIN, 'logs', 'tail', '--endpoint', emulator.endpoint, ...args]);
  children.push(child);
  const seen = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    seen.stdout += chunk;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    seen.stderr += chunk;
  });
  const ended = new Promise<number | null>((done) => child.on('close', done));
  return { child, seen, ended };
}

it('prints one group or all, filtered', async () => {
  await put('/a', 'an ERROR here');
  await put('/b', 'all well');
  const all = tail();
  expect(await all.ended).toBe(0);
  expect(all.seen.stdout.replace(/^\S+ /gm, '')).toBe('/a s an ERROR here\n/b s all well\n');
  const one = tail('/a', '--filter', 'ERROR');
  expect(await one.ended).toBe(0);
  expect(one.seen.stdout).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z s an ERROR here\n$/);
});

it('follows until interrupted, each event once', async () => {
  const { child, seen, ended } = tail('/b', '--follow');
  await vi.waitFor(() => expect(seen.stdout).toContain('all well'), { timeout: 30_000 });
  await put('/b', 'later');
  await vi.waitFor(() => expect(seen.stdout).toContain('later'), { timeout: 30_000 });
  child.kill('SIGINT');
  expect(await ended).toBe(130);
  expect(seen.stdout.match(/all well|later/g)).toEqual(['all well', 'later']);
});

it('says which group is not there, and what pattern cannot be read', async () => {
  const missing = tail('/none');
  expect(await missing.ended).toBe(2);
  expect(missing.seen.stderr).toContain('There is no log group /none');
  const wrong = tail('/a', '--filter', '{ $.x = ');
  expect(await wrong.ended).toBe(2);
  expect(wrong.seen.stderr).toContain('The filter was refused');
});
