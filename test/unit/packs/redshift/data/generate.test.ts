import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PartitionFormat } from '../../../../../harness/packs/redshift/data/dataset.ts';
import { openFileAccess } from '../../../../../harness/packs/redshift/data/file-access.ts';
import {
  generateDataset,
  generatePartition,
  samplesOf,
} from '../../../../../harness/packs/redshift/data/generate.ts';
import { openPartition } from '../../../../../lambdas/shared/partition/open-partition.ts';
import type { Partition, SampleBatch } from '../../../../../lambdas/shared/partition/partition.ts';
import { memoryAccess } from '../../../lambdas/shared/partition/fixtures.ts';

async function bytesOf(format: PartitionFormat, seed: number, samples: number, index = 0): Promise<Buffer> {
  const parts: Buffer[] = [];
  await generatePartition(
    { format, seed, samples, index },
    { write: async (bytes) => void parts.push(Buffer.from(bytes)) },
  );
  return Buffer.concat(parts);
}

async function readAll(bytes: Uint8Array): Promise<SampleBatch> {
  const partition = await openPartition(memoryAccess(bytes));
  for await (const batch of partition.batches(partition.samples)) return batch;
  throw new Error('no batch');
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('generatePartition', () => {
  it('gives the same bytes on every machine for a seed', async () => {
    const pt = '993a0dba0544e865cb5b067befe2a516a8d44111a404f01b5507186da099957f';
    expect(sha256(await bytesOf('pt', 7, 120))).toBe(pt);
    expect(sha256(await bytesOf('json', 7, 20))).toBe(
      '0e21a48cccc89f87cc7ace1f33f5d021e5a61f2bcd6d9698b56c2e43a2f5016d',
    );
    expect(sha256(await bytesOf('pt', 8, 120))).not.toBe(pt);
  });
  it('writes float64 magnitudes: 164,160 bits of model input per sample', async () => {
    const parts: Buffer[] = [];
    await generatePartition(
      { seed: 7, samples: 30, format: 'pt', float64Magnitudes: true },
      { write: async (bytes) => void parts.push(Buffer.from(bytes)) },
    );
    const double = await openPartition(memoryAccess(Buffer.concat(parts)));
    expect(double.sampleBits).toBe(164_160);
    const single = await openPartition(memoryAccess(await bytesOf('pt', 7, 30)));
    expect(single.sampleBits).toBe(164_000);
    const first = async (partition: Partition) => {
      for await (const batch of partition.batches(30)) return [...batch.magnitudes];
      return [];
    };
    expect(await first(double)).toEqual(await first(single));
    await expect(
      generatePartition(
        { seed: 7, samples: 3, format: 'npz', float64Magnitudes: true },
        { write: async () => {} },
      ),
    ).rejects.toThrow(/are \.pt files/);
  });
  it('holds the very same numbers as JSON and as torch file', async () => {
    const [pt, json] = await Promise.all([
      readAll(await bytesOf('pt', 5, 60)),
      readAll(await bytesOf('json', 5, 60)),
    ]);
    expect(Buffer.from(pt.images.slice().buffer).equals(Buffer.from(json.images.slice().buffer))).toBe(true);
    expect([...pt.magnitudes]).toEqual([...json.magnitudes]);
    expect([...pt.redshifts!]).toEqual([...json.redshifts!]);
  });
  it('cuts one sky whatever the size of its partitions', async () => {
    const whole = await readAll(await bytesOf('pt', 9, 60));
    const third = await readAll(await bytesOf('pt', 9, 20, 2));
    expect([...third.redshifts!]).toEqual([...whole.redshifts!.slice(40)]);
    expect([...third.images.slice(0, 5_120)]).toEqual([...whole.images.slice(40 * 5_120, 41 * 5_120)]);
  });
  it('passes on what stops it', async () => {
    const full = { write: () => Promise.reject(new Error('disk full')) };
    await expect(generatePartition({ format: 'pt', seed: 1, samples: 200 }, full)).rejects.toThrow(
      'disk full',
    );
  });
});

describe('samplesOf', () => {
  it('knows the published sizes', () => {
    expect([25, 50, 75, 100].map((partitionMB) => samplesOf({ partitionMB }))).toEqual([
      1278, 2556, 3834, 5113,
    ]);
  });
  it('refuses what is unclear', () => {
    expect(() => samplesOf({})).toThrow('not clear');
    expect(() => samplesOf({ samples: 3, partitionMB: 25 })).toThrow('not clear');
    expect(() => samplesOf({ partitionMB: 30 })).toThrow('There is no partition of 30 MB.');
    expect(() => samplesOf({ samples: 0 })).toThrow('The number of samples is 0.');
  });
});

describe('generateDataset', () => {
  it("ends like the original's data with a short partition", async () => {
    for (const [partitionMB, last] of [
      [25, 369],
      [100, 240],
    ] as const) {
      const outDir = join(folder, String(partitionMB));
      const written = await generateDataset({
        seed: 7,
        partitionMB,
        count: 2,
        format: 'pt',
        outDir,
        like: 'original',
      });
      expect(written.map(({ samples }) => samples)).toEqual([partitionMB === 25 ? 1_278 : 5_113, last]);
      const access = await openFileAccess(join(outDir, '2.pt'));
      const partition = await openPartition(access);
      expect(partition).toMatchObject({ samples: last, sampleBits: 164_160 });
      await access.close();
    }
  }, 60_000);
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dataset-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('writes numbered files, reports progress, and the reader takes them', async () => {
    const seen: number[] = [];
    const outDir = join(folder, 'deep/er');
    const written = await generateDataset(
      { seed: 3, samples: 60, count: 2, format: 'pt', outDir },
      (progress) => {
        expect(progress).toMatchObject({ fileCount: 2, sampleCount: 120 });
        seen.push(progress.samples);
      },
    );
    expect(await readdir(outDir)).toEqual(['1.pt', '2.pt']);
    expect(seen).toEqual([51, 60, 60, 111, 120, 120]);
    expect(written.map((file) => file.samples)).toEqual([60, 60]);
    const access = await openFileAccess(written[1]!.path);
    expect(access.sizeBytes).toBe(written[1]!.sizeBytes);
    expect((await openPartition(access)).samples).toBe(60);
    await access.close();
    expect((await readFile(written[1]!.path)).equals(await bytesOf('pt', 3, 60, 1))).toBe(true);
  });

  it('stops when told to and leaves only whole files', async () => {
    const control = new AbortController();
    const run = generateDataset(
      { seed: 3, samples: 60, count: 3, format: 'json', outDir: folder, signal: control.signal },
      (progress) => progress.samples > 60 && control.abort(new Error('enough')),
    );
    await expect(run).rejects.toThrow('enough');
    expect(await readdir(folder)).toEqual(['1.json']);
  });

  it('removes what a killed run left', async () => {
    // A process id beyond the kernel's largest: nobody's.
    await writeFile(join(folder, '.1.pt.99999999.partial'), 'half');
    await writeFile(join(folder, 'mine.txt'), 'kept');
    await generateDataset({ seed: 3, samples: 1, count: 1, format: 'pt', outDir: folder });
    expect((await readdir(folder)).sort()).toEqual(['1.pt', 'mine.txt']);
  });
});
