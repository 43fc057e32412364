import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openFileAccess } from '../../../../harness/packs/redshift/data/file-access.ts';
import { generatePartitionFile } from '../../../../harness/packs/redshift/data/generate.ts';
import { type DamageKind, damageOf } from '../../../../harness/packs/redshift/datasets/damage/index.ts';
import { openPartition } from '../../../../lambdas/shared/partition/open-partition.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'damage-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** The name of the error with which the pipeline's reader refuses a file, or the number of samples it read. */
async function read(file: string): Promise<string | number> {
  const access = await openFileAccess(file);
  try {
    let samples = 0;
    for await (const batch of (await openPartition(access)).batches(16)) samples += batch.count;
    return samples;
  } catch (error) {
    return (error as Error).name;
  } finally {
    await access.close();
  }
}

describe('damage', () => {
  it.each<[DamageKind, 'pt' | 'json', string]>([
    ['truncate', 'pt', 'PartitionError.Truncated'],
    ['truncate', 'json', 'PartitionError.Truncated'],
    ['nan', 'pt', 'PartitionError.NonFinite'],
    ['nan', 'json', 'PartitionError.NonFinite'],
    ['shape', 'pt', 'PartitionError.WrongShape'],
    ['shape', 'json', 'PartitionError.WrongShape'],
    ['hostile', 'pt', 'PartitionError.HostilePickle'],
    ['empty', 'pt', 'PartitionError.Empty'],
    ['empty', 'json', 'PartitionError.Empty'],
  ])('%s makes a %s partition %s', async (kind, format, name) => {
    const file = join(folder, `1.${format}`);
    await generatePartitionFile({ seed: 1, samples: 20, format }, file);
    expect(await read(file)).toBe(20);
    expect(await damageOf(kind).apply(file)).toBe(true);
    expect(await read(file)).toBe(name);
  });

  it('missing takes the file away', async () => {
    const file = join(folder, '1.pt');
    await generatePartitionFile({ seed: 1, samples: 2, format: 'pt' }, file);
    expect(await damageOf('missing').apply(file)).toBe(false);
    await expect(stat(file)).rejects.toThrow('ENOENT');
  });
});
