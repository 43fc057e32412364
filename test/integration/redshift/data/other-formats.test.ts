/**
 * NumPy, safetensors and astropy read what the generator writes, and their files are read exactly. Needs a Python
 * with numpy, safetensors and astropy: PYTHON, or python3 on the path.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash, type Hash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openFileAccess } from '../../../../harness/packs/redshift/data/file-access.ts';
import { generatePartitionFile } from '../../../../harness/packs/redshift/data/generate.ts';
import { openPartition } from '../../../../lambdas/shared/partition/open-partition.ts';

const python = process.env['PYTHON'] ?? 'python3';
const probe = spawnSync(python, ['-c', 'import numpy, safetensors, astropy']);
const librariesAreThere = probe.status === 0;
if (!librariesAreThere) {
  console.warn(
    `SKIPPED: ${python} has no numpy, safetensors and astropy, so nobody checked their files against ours; set PYTHON.`,
  );
}

const run = (command: string, folder: string) =>
  JSON.parse(
    execFileSync(python, [join(import.meta.dirname, 'other-formats.py'), command, folder], {
      encoding: 'utf8',
      maxBuffer: 1e8,
    }),
  );

async function digestsOf(path: string) {
  const access = await openFileAccess(path);
  const hashes = {
    images: createHash('sha256'),
    magnitudes: createHash('sha256'),
    redshifts: createHash('sha256'),
  };
  const add = (hash: Hash, values: Float32Array) =>
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  for await (const batch of (await openPartition(access)).batches(32)) {
    add(hashes.images, batch.images);
    add(hashes.magnitudes, batch.magnitudes);
    add(hashes.redshifts, batch.redshifts!);
  }
  await access.close();
  return {
    images: hashes.images.digest('hex'),
    magnitudes: hashes.magnitudes.digest('hex'),
    redshifts: hashes.redshifts.digest('hex'),
  };
}

describe.skipIf(!librariesAreThere)('NumPy, safetensors and astropy', () => {
  const folder = mkdtempSync(join(tmpdir(), 'other-formats-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('find in our files the values that our reader finds', async () => {
    const ours: Record<string, unknown> = {};
    for (const format of ['npz', 'npy', 'safetensors', 'fits'] as const) {
      const path = join(folder, `1.${format}`);
      await generatePartitionFile({ seed: 11, samples: 130, format }, path);
      ours[format] = await digestsOf(path);
    }
    expect(run('load', folder)).toEqual(ours);
  });

  it('write files that our reader reads exactly', async () => {
    const expected = run('save', folder);
    const files = [
      'plain.npz',
      'compressed.npz',
      'fortran.npz',
      'records.npy',
      'plain.safetensors',
      'cube.fits',
      'column.fits',
    ];
    for (const file of files)
      expect({ file, ...(await digestsOf(join(folder, file))) }).toEqual({ file, ...expected });
  });
});
