/**
 * Reading and parsing a 100 MB partition over loopback S3, as the inference function does it: ranged GETs in
 * parallel from an emulator in a process of its own, batches of 256 samples. Beside it, in the same run: one plain GET
 * of the whole object, and the same partition from a file in the page cache.
 *
 * Run: node test/bench/run.mjs partition-read [formats, e.g. pt,safetensors]
 */
import { spawn } from 'node:child_process';
import { createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { openFileAccess } from '../../harness/packs/redshift/data/file-access.ts';
import { generatePartitionFile } from '../../harness/packs/redshift/data/generate.ts';
import { S3Partition } from '../../lambdas/inference/s3-partition.ts';
import { TransferStatistics } from '../../lambdas/inference/s3-ranges.ts';
import { openPartition } from '../../lambdas/shared/partition/open-partition.ts';
import {
  PARTITION_FORMATS,
  type PartitionFormat,
  type RandomAccess,
} from '../../lambdas/shared/partition/partition.ts';

const RUNS = 7;
const formats = (process.argv[2]?.split(',') ?? PARTITION_FORMATS) as PartitionFormat[];
const folder = mkdtempSync(join(tmpdir(), 'bench-partition-read-'));
const emulator = spawn(process.execPath, ['harness/cli/bin.mjs', 'up', '--port', '0'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const endpoint = await new Promise<string>((resolve) => {
  emulator.stdout.on('data', (text) => {
    const url = /ready (http:\S+)/.exec(String(text))?.[1];
    if (url) resolve(url);
  });
});
const s3 = new S3Client({
  endpoint,
  region: 'us-east-1',
  forcePathStyle: true,
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});

async function readAll(source: RandomAccess): Promise<void> {
  const partition = await openPartition(source);
  let samples = 0;
  for await (const batch of partition.batches(256)) samples += batch.count;
  if (samples !== partition.samples) throw new Error(`read ${samples} of ${partition.samples}`);
}

async function row(name: string, sizeBytes: number, work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run <= RUNS; run++) {
    const start = performance.now();
    await work();
    if (run > 0) times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  const median = times[Math.floor(RUNS / 2)]!;
  const rate = sizeBytes / 1000 / median;
  console.log(
    `${name.padEnd(36)} median ${median.toFixed(0).padStart(6)} ms  best ${times[0]!.toFixed(0).padStart(6)} ms  ${rate.toFixed(0).padStart(6)} MB/s`,
  );
  return median;
}

try {
  await s3.send(new CreateBucketCommand({ Bucket: 'bench' }));
  for (const format of formats) {
    const path = join(folder, `1.${format}`);
    const { sizeBytes } = await generatePartitionFile({ seed: 1, partitionMB: 100, format }, path);
    await s3.send(
      new PutObjectCommand({
        Bucket: 'bench',
        Key: format,
        Body: createReadStream(path),
        ContentLength: sizeBytes,
      }),
    );
    const get = await row(`${format}: one plain GET`, sizeBytes, async () => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'bench', Key: format }));
      await Body!.transformToByteArray();
    });
    await row(`${format}: parsed from a file`, sizeBytes, async () => {
      const access = await openFileAccess(path);
      await readAll(access);
      await access.close();
    });
    const parsed = await row(`${format}: parsed as it comes from S3`, sizeBytes, async () =>
      readAll(await S3Partition.open(s3, 'bench', format, new TransferStatistics())),
    );
    console.log(`${format}: ratio to the plain GET ${(parsed / get).toFixed(2)}`);
    rmSync(path);
  }
  console.log(`peak RSS of the reader ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`);
} finally {
  emulator.kill('SIGINT');
  rmSync(folder, { recursive: true, force: true });
}
