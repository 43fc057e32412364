/** Partitions as our reader and a Python library see them: digests of their values, and the scripts that print theirs. */
import { execFileSync } from 'node:child_process';
import { createHash, type Hash } from 'node:crypto';
import { join } from 'node:path';
import { openFileAccess } from '../../../../harness/packs/redshift/data/file-access.ts';
import { imagingSchema } from '../../../../lambdas/shared/partition/imaging.ts';
import { openPartition } from '../../../../lambdas/shared/partition/open-partition.ts';

/** What a script of this folder prints for a command. */
export const runScript = (python: string, script: string, command: string, folder: string) =>
  JSON.parse(
    execFileSync(python, [join(import.meta.dirname, script), command, folder], {
      encoding: 'utf8',
      maxBuffer: 1e8,
    }),
  );

/** SHA-256 of the values that our reader finds, as `digests` in `digests.py` computes them. */
export async function digestsOf(path: string, imaging?: unknown) {
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
