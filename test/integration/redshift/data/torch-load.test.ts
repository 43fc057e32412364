/** PyTorch loads what the generator writes. Needs a Python with torch: PYTHON, or python3 on the path. */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openFileAccess } from '../../../../harness/packs/redshift/data/file-access.ts';
import { generatePartitionFile } from '../../../../harness/packs/redshift/data/generate.ts';
import { openPartition } from '../../../../lambdas/shared/partition/open-partition.ts';

const python = process.env['PYTHON'] ?? 'python3';
const probe = spawnSync(python, ['-c', 'import torch, numpy; print(torch.__version__)'], {
  encoding: 'utf8',
});
const torchIsThere = probe.status === 0;
if (!torchIsThere) {
  console.warn(
    `SKIPPED: ${python} has no torch and numpy, so nobody checked that PyTorch loads our .pt; set PYTHON.`,
  );
}

describe.skipIf(!torchIsThere)('torch.load', () => {
  const folder = mkdtempSync(join(tmpdir(), 'torch-load-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('gives a TensorDataset with exactly the values our reader gives', async () => {
    const path = join(folder, '1.pt');
    const samples = 600;
    await generatePartitionFile({ seed: 11, samples, format: 'pt' }, path);
    const script = join(import.meta.dirname, 'torch-load.py');
    const seen = JSON.parse(execFileSync(python, [script, path], { encoding: 'utf8' }));
    const access = await openFileAccess(path);
    const partition = await openPartition(access);
    for await (const batch of partition.batches(samples)) {
      const sha256 = (values: Float32Array) =>
        createHash('sha256')
          .update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
          .digest('hex');
      const tensor = (shape: number[], values: Float32Array) => ({
        shape,
        dtype: 'torch.float32',
        contiguous: true,
        sha256: sha256(values),
      });
      expect(seen).toEqual({
        length: samples,
        batches: [512, 88],
        tensors: [
          tensor([samples, 5, 32, 32], batch.images),
          tensor([samples, 5], batch.magnitudes),
          tensor([samples], batch.redshifts!),
        ],
      });
    }
    await access.close();
  });

  it('finds every entry of the archive sound', async () => {
    const path = join(folder, '2.pt');
    await generatePartitionFile({ seed: 11, samples: 60, format: 'pt' }, path);
    const script = 'import sys, zipfile; print(zipfile.ZipFile(sys.argv[1]).testzip())';
    expect(execFileSync(python, ['-c', script, path], { encoding: 'utf8' }).trim()).toBe('None');
  });
});
