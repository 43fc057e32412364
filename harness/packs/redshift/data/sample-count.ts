import { openPartition } from '../../../../lambdas/shared/partition/open-partition.ts';
import { PartitionError } from '../../../../lambdas/shared/partition/partition.ts';
import { openFileAccess } from './file-access.ts';

/** Number of samples in a partition file; `undefined` when it is no partition that can be used. */
export async function sampleCountOf(path: string): Promise<number | undefined> {
  const access = await openFileAccess(path);
  try {
    const partition = await openPartition(access);
    partition.close?.();
    return partition.samples;
  } catch (error) {
    if (error instanceof PartitionError) return undefined;
    throw error;
  } finally {
    await access.close();
  }
}
