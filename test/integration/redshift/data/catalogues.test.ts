/**
 * pandas, pyarrow and h5py read what the generator writes, and their files are read exactly. Needs a Python with them:
 * COSMICAI_ASTRONOMY_PYTHON, or python3 on the path.
 */
import { execFileSync } from 'node:child_process';
import { createHash, type Hash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openFileAccess } from '../../../../harness/packs/redshift/data/file-access.ts';
import { generatePartitionFile } from '../../../../harness/packs/redshift/data/generate.ts';
import { imagingSchema } from '../../../../lambdas/shared/partition/imaging.ts';
import { openPartition } from '../../../../lambdas/shared/partition/open-partition.ts';
import { astronomyPython } from './astronomy-python.ts';

const python = astronomyPython('pandas', 'pyarrow', 'h5py');

const run = (command: string, folder: string) =>
  JSON.parse(
    execFileSync(python!, [join(import.meta.dirname, 'catalogues.py'), command, folder], {
      encoding: 'utf8',
      maxBuffer: 1e8,
    }),
  );

async function digestsOf(path: string, imaging?: unknown) {
  const access = await openFileAccess(path);
  const hashes = {
    images: createHash('sha256'),
    magnitudes: createHash('sha256'),
    redshifts: createHash('sha256'),
  };
  const add = (hash: Hash, values: Float32Array) =>
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  try {
    const partition = await openPartition(access, imagingSchema.optional().parse(imaging));
    for await (const batch of partition.batches(32)) {
      add(hashes.images, batch.images);
      add(hashes.magnitudes, batch.magnitudes);
      add(hashes.redshifts, batch.redshifts!);
    }
    partition.close?.();
  } finally {
    await access.close();
  }
  return {
    images: hashes.images.digest('hex'),
    magnitudes: hashes.magnitudes.digest('hex'),
    redshifts: hashes.redshifts.digest('hex'),
  };
}

describe.skipIf(!python)('pandas, pyarrow and h5py', () => {
  const folder = mkdtempSync(join(tmpdir(), 'catalogues-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('find in our files the values that our reader finds, their ids and units', async () => {
    for (const format of ['parquet', 'hdf5'] as const)
      await generatePartitionFile(
        { seed: 11, samples: 130, first: 1_000, format },
        join(folder, `1.${format}`),
      );
    expect(run('load', folder)).toEqual({
      parquet: await digestsOf(join(folder, '1.parquet')),
      hdf5: await digestsOf(join(folder, '1.hdf5')),
      ids: Array.from({ length: 130 }, (_, i) => 1_000 + i),
      units: ['nanomaggy', 'mag', 'mag'],
    });
  });

  it('write files that our reader reads exactly', async () => {
    const expected = run('save', folder);
    const files = [
      ...['pandas', 'none', 'gzip', 'zstd', 'brotli', 'lz4', 'plain', 'nested'].map(
        (one) => `${one}.parquet`,
      ),
      'contiguous.h5',
      'chunked.h5',
    ];
    for (const file of files)
      expect({ file, ...(await digestsOf(join(folder, file))) }).toEqual({ file, ...expected });
    const imaging = { bands: ['y', 'z', 'i', 'r', 'g', 'u'], crop: true };
    await expect(digestsOf(join(folder, 'hsc.h5'))).rejects.toMatchObject({ code: 'WrongShape' });
    expect(await digestsOf(join(folder, 'hsc.h5'), imaging)).toEqual(expected);
  });
});
