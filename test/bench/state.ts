/**
 * Snapshot, restore and reset of a whole state beside copying its folder: `node test/bench/run.mjs state [MB]`.
 * The state: objects of 25 MB, a thousand small ones, ten thousand log events, metrics, a role.
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { startEmulator } from '../../harness/emulator/emulator.ts';

const PARTITION_BYTES = 25 * 1024 * 1024;
const totalMB = Number(process.argv[2] ?? 300);
const ROUNDS = 5;

const folder = mkdtempSync(join(tmpdir(), 'cosmicai-bench-state-'));
const emulator = await startEmulator({ port: 0, stateDir: join(folder, 'state') });
const config = {
  endpoint: emulator.endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
};
const s3 = new S3Client({ ...config, forcePathStyle: true });
const logs = new CloudWatchLogsClient(config);

const timed = async (work: () => unknown): Promise<number> => {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
};
const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!;

try {
  await s3.send(new CreateBucketCommand({ Bucket: 'data' }));
  const Body = Buffer.alloc(PARTITION_BYTES, 'x');
  for (let n = 0; n < totalMB / 25; n++)
    await s3.send(new PutObjectCommand({ Bucket: 'data', Key: `big/${n}`, Body }));
  for (let n = 0; n < 1000; n++)
    await s3.send(new PutObjectCommand({ Bucket: 'data', Key: `small/${n}`, Body: String(n) }));
  const group = { logGroupName: '/bench' };
  await logs.send(new CreateLogGroupCommand(group));
  await logs.send(new CreateLogStreamCommand({ ...group, logStreamName: 's' }));
  const logEvents = Array.from({ length: 10_000 }, (_, i) => ({
    timestamp: Date.now(),
    message: `event ${i}`,
  }));
  await logs.send(new PutLogEventsCommand({ ...group, logStreamName: 's', logEvents }));
  const taken = {
    copy: [] as number[],
    snapshot: [] as number[],
    restore: [] as number[],
    reset: [] as number[],
  };
  for (let round = 0; round < ROUNDS; round++) {
    const copy = join(folder, `copy-${round}`);
    taken.copy.push(await timed(() => cpSync(emulator.stateDir, copy, { recursive: true })));
    rmSync(copy, { recursive: true });
    const snapshot = join(folder, `snapshot-${round}`);
    taken.snapshot.push(await timed(() => emulator.snapshot(snapshot)));
    taken.reset.push(await timed(() => emulator.reset()));
    taken.restore.push(await timed(() => emulator.restore(snapshot)));
  }
  const copyMs = median(taken.copy);
  console.log(
    `state of ${totalMB} MB in big objects, 1,000 small ones, 10,000 log events; median of ${ROUNDS}`,
  );
  console.log(`folder copied (baseline)  ${copyMs.toFixed(0)} ms`);
  for (const name of ['snapshot', 'restore', 'reset'] as const) {
    const ms = median(taken[name]);
    console.log(`${name.padEnd(24)}  ${ms.toFixed(0)} ms (${(copyMs / ms).toFixed(1)}x)`);
  }
} finally {
  s3.destroy();
  logs.destroy();
  await emulator.stop();
  rmSync(folder, { recursive: true, force: true });
}
