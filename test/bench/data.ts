/**
 * Generating and reading partitions: MB/s by the wall clock and by the processor, since on a busy machine only the
 * second is ours. Reading is from a file in the page cache, so it measures the reader and not the disk; a plain
 * read of the same file stands beside it.
 *
 * Run: node test/bench/run.mjs data [files of 100 MB, 3 by default]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PartitionFormat } from '../../harness/packs/redshift/data/dataset.ts';
import { openFileAccess } from '../../harness/packs/redshift/data/file-access.ts';
import { generateDataset } from '../../harness/packs/redshift/data/generate.ts';
import { openPartition } from '../../lambdas/shared/partition/open-partition.ts';

const files = Number(process.argv[2] ?? 3);
const folder = mkdtempSync(join(tmpdir(), 'bench-data-'));
const peakMB = () => Math.round(process.resourceUsage().maxRSS / 1024);

/** Runs `work`, which says how many bytes it handled, and prints one row. */
async function measure(name: string, work: () => Promise<number>): Promise<void> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  const sizeBytes = await work();
  const wallMs = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  const cpuMs = (user + system) / 1000;
  const rate = (ms: number) => `${(sizeBytes / 1000 / ms).toFixed(0).padStart(6)} MB/s`;
  console.log(
    `${name.padEnd(34)} ${wallMs.toFixed(0).padStart(7)} ms wall ${rate(wallMs)}  ${cpuMs.toFixed(0).padStart(7)} ms CPU ${rate(cpuMs)}  peak ${peakMB()} MB`,
  );
}

async function readPartition(path: string): Promise<number> {
  const access = await openFileAccess(path);
  let samples = 0;
  const partition = await openPartition(access);
  for await (const batch of partition.batches(512)) samples += batch.count;
  await access.close();
  if (samples !== partition.samples) throw new Error(`read ${samples} of ${partition.samples}`);
  return access.sizeBytes;
}

async function readPlainly(path: string): Promise<number> {
  const access = await openFileAccess(path);
  const step = 10 * 1024 * 1024;
  for (let at = 0; at < access.sizeBytes; at += step)
    await access.read(at, Math.min(step, access.sizeBytes - at));
  await access.close();
  return access.sizeBytes;
}

try {
  for (const format of ['pt', 'json'] satisfies PartitionFormat[]) {
    const outDir = join(folder, format);
    await measure(`generate ${files} x 100 MB .${format}`, async () => {
      const written = await generateDataset({ seed: 1, partitionMB: 100, count: files, format, outDir });
      return written.reduce((sum, file) => sum + file.sizeBytes, 0);
    });
    const path = join(outDir, `1.${format}`);
    await measure(`plain read of a .${format}`, () => readPlainly(path));
    for (const run of ['first', 'second', 'third'])
      await measure(`partition .${format}, ${run} time`, () => readPartition(path));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
