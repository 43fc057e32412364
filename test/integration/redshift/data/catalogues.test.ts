/**
 * pandas, pyarrow and h5py read what the generator writes, and their files are read exactly. Needs a Python with them:
 * COSMICAI_ASTRONOMY_PYTHON, or python3 on the path.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { generatePartitionFile } from '../../../../harness/packs/redshift/data/generate.ts';
import { astronomyPython } from './astronomy-python.ts';
import { digestsOf, runScript } from './python-files.ts';

const python = astronomyPython('pandas', 'pyarrow', 'h5py');

const run = (command: string, folder: string) => runScript(python!, 'catalogues.py', command, folder);

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
