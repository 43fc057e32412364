/**
 * NumPy, safetensors and astropy read what the generator writes, and their files are read exactly. Needs a Python
 * with numpy, safetensors and astropy: PYTHON, or python3 on the path.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { generatePartitionFile } from '../../../../harness/packs/redshift/data/generate.ts';
import { digestsOf, runScript } from './python-files.ts';

const python = process.env['PYTHON'] ?? 'python3';
const probe = spawnSync(python, ['-c', 'import numpy, safetensors, astropy']);
const librariesAreThere = probe.status === 0;
if (!librariesAreThere) {
  console.warn(
    `SKIPPED: ${python} has no numpy, safetensors and astropy, so nobody checked their files against ours; set PYTHON.`,
  );
}

const run = (command: string, folder: string) => runScript(python, 'other-formats.py', command, folder);

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
